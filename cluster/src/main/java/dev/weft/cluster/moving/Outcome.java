package dev.weft.cluster.moving;

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
