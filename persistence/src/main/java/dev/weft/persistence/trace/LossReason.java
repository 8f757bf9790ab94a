package dev.weft.persistence.trace;

/** Why records are not, or no longer, there. The names are stored: never rename, only add. */
public enum LossReason {
  /** The class grew over its bytes: its oldest segment was deleted. */
  RETENTION_BYTES(1),
  /** The segment's newest record was older than its class allows. */
  RETENTION_AGE(2),
  /** Records came faster than the disk took them: the queue in memory was full. */
  QUEUE_FULL(3),
  /** The disk had no room. */
  DISK_FULL(4),
  /** The disk failed. */
  DISK_FAILED(5),
  /** The class is full of records that are held, and its policy keeps those. */
  CLASS_FULL(6),
  /** The session was erased before; nothing more is kept of it. */
  SESSION_ERASED(7),
  /** The store was not closed: what waited to be committed is gone, how much is not known. */
  STOPPED_HARD(8);

  private final int code;

  LossReason(int code) {
    this.code = code;
  }

  /** The number under which it is stored. */
  public int code() {
    return code;
  }

  /** The reason stored as {@code code}. */
  public static LossReason of(int code) {
    for (var reason : values()) {
      if (reason.code == code) {
        return reason;
      }
    }
    throw new IllegalArgumentException("loss reason: %d (expected: 1 to 8)".formatted(code));
  }
}
