package dev.weft.persistence.journal;

/** Stored bytes that cannot be made an event or a snapshot again, and why. */
public final class UnreadableEventException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why not. */
  public enum Cause {
    /** Bytes are not those that were written. */
    CORRUPT,
    /** The manifest is none this Weft knows: most likely a newer one wrote it. */
    UNKNOWN
  }

  private final Cause why;

  UnreadableEventException(Cause why, String message) {
    super(message);
    this.why = why;
  }

  UnreadableEventException(Cause why, String message, Throwable cause) {
    super(message, cause);
    this.why = why;
  }

  public Cause why() {
    return why;
  }
}
