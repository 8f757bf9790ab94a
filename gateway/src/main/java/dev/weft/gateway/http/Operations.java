package dev.weft.gateway.http;

import dev.weft.fabric.embedded.Flags;
import dev.weft.fabric.embedded.WeftException;
import dev.weft.fabric.flag.FlagChange;
import dev.weft.fabric.routing.FlagRule;
import dev.weft.gateway.access.Caller;
import dev.weft.gateway.flag.FlagObject;
import dev.weft.gateway.observatory.Event;
import dev.weft.gateway.observatory.Observatory;
import dev.weft.gateway.observatory.RolloutDesk;
import dev.weft.gateway.protocol.Fault;
import dev.weft.gateway.protocol.ProtocolException;
import dev.weft.stages.spi.ErrorCode;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Answers what operators ask. */
final class Operations {

  /** A header that pages of other sites cannot send: their browsers ask here first, and get no. */
  private static final HeaderName OWN_REQUEST = HeaderNames.create("X-Weft-Request");

  private static final String JSON_TYPE = "application/json";
  private static final int REASON_LENGTH_MAX = 300;
  private static final int SHOWN_LENGTH_MAX = 40;

  private final Observatory observatory;
  private final Optional<RolloutDesk> rollouts;
  private final Flags flags;
  private final EventStream stream;
  private final Replies replies;
  private final SmallBodies bodies;

  Operations(
      Observatory observatory,
      Optional<RolloutDesk> rollouts,
      Flags flags,
      Replies replies,
      SmallBodies bodies,
      Patience patience) {
    this.observatory = observatory;
    this.rollouts = rollouts;
    this.flags = flags;
    this.replies = replies;
    this.bodies = bodies;
    this.stream = new EventStream(observatory.live(), patience);
  }

  void answer(Operation operation, Caller caller, ServerRequest request, ServerResponse response)
      throws IOException {
    switch (operation) {
      case Operation.LiveStream() -> stream.answer(response);
      case Operation.Pipelines() -> json(request, response, observatory.pipelines());
      case Operation.RecentEvents() -> json(request, response, observatory.recentEvents());
      case Operation.RecentFrames() -> json(request, response, observatory.recentFrames());
      case Operation.Explain(var frame) ->
          json(
              request,
              response,
              observatory.explain(frame).orElseThrow(() -> notRemembered(frame)));
      case Operation.Rollouts() -> json(request, response, rollouts());
      case Operation.Rollout(var stage) -> json(request, response, desk().one(stage));
      case Operation.ChangeRollout(var stage, var verb) -> {
        requireOwn(request);
        json(request, response, change(caller, stage, verb, reason(request)));
      }
      case Operation.Flags() -> json(request, response, FlagObject.of(flags.all()));
      case Operation.Flag(var name) -> json(request, response, FlagObject.of(flags.find(name)));
      case Operation.SetFlag(var name) -> {
        requireOwn(request);
        json(request, response, FlagObject.of(set(caller, name, request)));
      }
    }
  }

  private void json(ServerRequest request, ServerResponse response, Map<String, ?> object)
      throws IOException {
    response.header(HeaderNames.CACHE_CONTROL, "no-store");
    replies.json(request, response, 200, object);
  }

  private static WeftException notRemembered(String frame) {
    return new WeftException(
        ErrorCode.NOT_FOUND,
        "frame: '%s' (expected: the id of a frame answered of late, such as echo:17)"
            .formatted(frame.length() > 80 ? frame.substring(0, 80) + "..." : frame));
  }

  private Map<String, Object> rollouts() {
    var object = new LinkedHashMap<String, Object>();
    object.put("offered", rollouts.isPresent());
    object.put("rollouts", rollouts.map(RolloutDesk::all).orElse(List.of()));
    return object;
  }

  private RolloutDesk desk() {
    return rollouts.orElseThrow(
        () ->
            new WeftException(
                ErrorCode.FAILED_PRECONDITION,
                "rollouts are off (expected: a server started with --rollouts FOLDER)"));
  }

  private Map<String, Object> change(
      Caller caller, String stage, RolloutDesk.Verb verb, String reason) {
    var word = verb.name().toLowerCase(Locale.ROOT);
    var done = desk().act(stage, verb, reason);
    observatory
        .events()
        .add(
            Instant.now(),
            Event.Kind.ROLLOUT,
            stage,
            "%s asked to %s: %s".formatted(who(caller), word, reason));
    return done;
  }

  /**
   * @throws ProtocolException if a page of another site may have sent the request
   */
  private static void requireOwn(ServerRequest request) {
    var type = request.headers().first(HeaderNames.CONTENT_TYPE).orElse("").split(";", 2)[0];
    if (request.headers().first(OWN_REQUEST).isEmpty() || !type.strip().equals(JSON_TYPE)) {
      throw new ProtocolException(
          Fault.FOREIGN,
          "a change without X-Weft-Request, or that is no JSON (expected: the header"
              + " X-Weft-Request, and Content-Type: application/json)");
    }
  }

  private static String who(Caller caller) {
    return caller.equals(Caller.anyone()) ? "an operator" : "'%s'".formatted(caller.name());
  }

  private FlagChange set(Caller caller, String name, ServerRequest request) throws IOException {
    var body = bodies.object(request);
    var word = body.getOrDefault("rule", "none").toString();
    var rule = FlagRule.of(word);
    if (rule.isEmpty() && !word.equals(FlagObject.DECLARED)) {
      throw new ProtocolException(
          Fault.INVALID,
          "rule: %s (expected: %s, or %s)"
              .formatted(brief(word), FlagRule.EXPECTED, FlagObject.DECLARED));
    }
    if (!(body.getOrDefault("reason", "") instanceof String reason)) {
      throw new ProtocolException(Fault.INVALID, "reason: no text (expected: one, or none)");
    }
    try {
      return flags.set(name, rule, who(caller), reason.strip());
    } catch (IllegalArgumentException e) {
      throw new ProtocolException(Fault.INVALID, String.valueOf(e.getMessage()));
    }
  }

  private static String brief(String word) {
    return word.length() > SHOWN_LENGTH_MAX ? word.substring(0, SHOWN_LENGTH_MAX) + "..." : word;
  }

  private String reason(ServerRequest request) throws IOException {
    var said = bodies.object(request).getOrDefault("reason", "");
    if (said instanceof String reason
        && !reason.isBlank()
        && reason.length() <= REASON_LENGTH_MAX) {
      return reason.strip();
    }
    var length = said.toString().length();
    throw new ProtocolException(
        Fault.INVALID,
        "reason: %s (expected: {\"reason\": TEXT} of 1 to %d characters)"
            .formatted(length == 0 ? "none" : length + " characters", REASON_LENGTH_MAX));
  }
}
