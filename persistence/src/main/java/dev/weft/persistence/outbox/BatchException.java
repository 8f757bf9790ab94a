package dev.weft.persistence.outbox;

import java.io.IOException;

/** Bytes that are no batch, and of which kind that is. */
public final class BatchException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Kinds that a caller can act on. */
  public enum Kind {
    /** The bytes are not those that were written. */
    CORRUPT,
    /** A newer Weft wrote it. */
    NEWER,
    /** More bytes than are taken. */
    TOO_LARGE
  }

  private final Kind kind;

  public BatchException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public BatchException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
