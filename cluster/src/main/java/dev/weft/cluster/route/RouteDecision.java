package dev.weft.cluster.route;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What was decided of one frame, and why.
 *
 * @param reason why it is not simply answered here, or that it is
 * @param considered what was not taken and why, in the order it was looked at, at most {@value
 *     #CONSIDERED_MAX}
 * @param timeLeft that the frame had
 */
public record RouteDecision(
    Route route, RouteReason reason, List<Alternative> considered, Duration timeLeft) {

  /** Request attribute that a frame carries this in, so that it is recorded where it runs. */
  public static final String ATTRIBUTE = "route";

  /** Most alternatives that are kept; further ones are looked at all the same. */
  public static final int CONSIDERED_MAX = 32;

  /** Most characters of what is recorded. */
  public static final int RECORDED_MAX = 512;

  public RouteDecision {
    considered = List.copyOf(considered);
  }

  /** What was decided and what was ruled out, as sentences. */
  public String explanation() {
    var text = "%s; %s left.".formatted(decided(), Millis.text(timeLeft));
    return considered.isEmpty()
        ? text
        : considered.stream()
            .map(Alternative::toString)
            .collect(Collectors.joining("; ", text + " Not taken: ", "."));
  }

  private String decided() {
    var why = reason.word().replace('-', ' ');
    return switch (route) {
      case Route.Local() -> "Answered here (%s)".formatted(why);
      case Route.Away(var node, var site, var predicted) ->
          "Answered by node %s of %s, expected in %s (%s)"
              .formatted(node, site, Millis.text(predicted), why);
      case Route.Cheaper() -> "Answered here by cheaper variants (%s)".formatted(why);
      case Route.Cached(var age) ->
          "Answered as %s ago, stale (%s)".formatted(Millis.text(age), why);
      case Route.Refused(var refusal) ->
          "Refused (%s, %s)".formatted(refusal.name().toLowerCase(Locale.ROOT), why);
    };
  }

  /** What is recorded with the frame: a code that can be searched for, then the explanation. */
  public String recorded() {
    var text = "%s/%s %s".formatted(code(), reason.word(), explanation());
    return text.length() <= RECORDED_MAX ? text : text.substring(0, RECORDED_MAX);
  }

  /** The route in one word. */
  public String code() {
    return switch (route) {
      case Route.Local() -> "local";
      case Route.Away _ -> "away";
      case Route.Cheaper() -> "cheaper";
      case Route.Cached _ -> "cached";
      case Route.Refused _ -> "refused";
    };
  }
}
