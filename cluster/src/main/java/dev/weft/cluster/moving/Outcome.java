package dev.weft.cluster.moving;

import dev.weft.fabric.problem.Cause;
import org.jspecify.annotations.Nullable;

/**
 * What became of a session that was to go.
 *
 * @param why it did not; empty if it did
 */
record Outcome(Kind kind, String why) {

  enum Kind {
    /** It is where it was to be. */
    MOVED,
    /** There was nothing to move: it was closed, or is elsewhere. */
    NOTHING,
    /** It is where it was, or between the two; it is tried again later. */
    FAILED
  }

  /** What is there of the two: how it ended, or why it did not. */
  static Outcome of(@Nullable Outcome outcome, @Nullable Throwable problem) {
    return outcome == null ? failed(Cause.words(problem)) : outcome;
  }

  static Outcome moved() {
    return new Outcome(Kind.MOVED, "");
  }

  static Outcome nothing(String why) {
    return new Outcome(Kind.NOTHING, why);
  }

  static Outcome failed(String why) {
    return new Outcome(Kind.FAILED, why);
  }
}
