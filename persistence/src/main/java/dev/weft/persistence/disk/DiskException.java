package dev.weft.persistence.disk;

import java.io.IOException;

/** What a disk would not do, and of which kind that is. */
public final class DiskException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Kinds that a caller can act on. */
  public enum Kind {
    /** No room; deleting something may help. */
    FULL,
    /** There is no such file. */
    ABSENT,
    /** Another owner holds the folder. */
    LOCKED,
    /** Everything else: the device or the system failed. */
    FAILED
  }

  private final Kind kind;

  public DiskException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public DiskException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
