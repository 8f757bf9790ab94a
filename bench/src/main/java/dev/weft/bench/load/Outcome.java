package dev.weft.bench.load;

/**
 * What became of one call.
 *
 * @param reason why it was dropped or failed; empty otherwise
 */
public record Outcome(Kind kind, String reason) {

  /** How a call may end. */
  public enum Kind {
    COMPLETED,
    /** Let go on purpose by the server. */
    DROPPED,
    FAILED,
    /** Given up by the caller before there was an answer. */
    CANCELLED
  }

  public static final Outcome COMPLETED = new Outcome(Kind.COMPLETED, "");
  public static final Outcome CANCELLED = new Outcome(Kind.CANCELLED, "");

  public static Outcome dropped(String reason) {
    return new Outcome(Kind.DROPPED, reason);
  }

  public static Outcome failed(String reason) {
    return new Outcome(Kind.FAILED, reason);
  }
}
