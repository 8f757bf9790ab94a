package dev.weft.cluster.route;

import java.time.Duration;
import java.util.List;

/** Why something was not taken. */
public sealed interface Obstacle {

  /** Residency: a label keeps the frame off the node. */
  record Kept(Label by) implements Obstacle {}

  /** Something the frame needs is on the node it came to alone. */
  record HeldHere() implements Obstacle {}

  /** It was tried there and failed. */
  record Failed() implements Obstacle {}

  /** What is known of the node is too old. */
  record Stale(Duration age) implements Obstacle {}

  /** The node takes no frames. */
  record Closed() implements Obstacle {}

  /** The link to it takes no frames. */
  record LinkDown() implements Obstacle {}

  /** The pipeline is not deployed there. */
  record NotDeployed() implements Obstacle {}

  /** The node cannot run the variants. */
  record Unable(List<String> missing) implements Obstacle {
    public Unable {
      missing = List.copyOf(missing);
    }
  }

  /**
   * The answer would come too late.
   *
   * @param most time it may take
   */
  record TooLate(Duration predicted, Duration most) implements Obstacle {}

  /** Another is expected to be faster. */
  record Slower(Duration predicted) implements Obstacle {}

  /** No step has a cheaper variant that is loaded. */
  record NoCheaper() implements Obstacle {}

  /** There is no earlier answer. */
  record NoAnswer() implements Obstacle {}

  /** The earlier answer is too old. */
  record TooOld(Duration age, Duration most) implements Obstacle {}

  /** In words, as the rest of a sentence. */
  default String words() {
    return switch (this) {
      case Kept(var by) -> "%s allows %s".formatted(by.who(), by.residency());
      case HeldHere() -> "what it needs is on this node alone";
      case Failed() -> "it failed there";
      case Stale(var age) -> "nothing is known of it for %s".formatted(Millis.text(age));
      case Closed() -> "it takes no frames";
      case LinkDown() -> "the link to it is down";
      case NotDeployed() -> "the pipeline is not deployed";
      case Unable(var missing) -> "it lacks " + String.join(", ", missing);
      case TooLate(var predicted, var most) ->
          "%s expected, at most %s allowed".formatted(Millis.text(predicted), Millis.text(most));
      case Slower(var predicted) -> "%s expected, slower".formatted(Millis.text(predicted));
      case NoCheaper() -> "no cheaper variant is loaded";
      case NoAnswer() -> "there is no earlier answer";
      case TooOld(var age, var most) ->
          "%s old, at most %s allowed".formatted(Millis.text(age), Millis.text(most));
    };
  }
}
