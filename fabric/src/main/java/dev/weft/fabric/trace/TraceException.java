package dev.weft.fabric.trace;

/** A trace could not be read or written; the message says which, where, and what was expected. */
public final class TraceException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public TraceException(String message) {
    super(message);
  }

  public TraceException(String message, Throwable cause) {
    super(message, cause);
  }
}
