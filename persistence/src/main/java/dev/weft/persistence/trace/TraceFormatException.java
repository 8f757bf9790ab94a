package dev.weft.persistence.trace;

import java.io.IOException;

/** A store that this version cannot read, such as one that a newer version wrote. */
public final class TraceFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  public TraceFormatException(String message) {
    super(message);
  }
}
