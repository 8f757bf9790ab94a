package dev.weft.app.failure;

/** Ends a command with exit code 1 and a message for its user. */
public final class WorkFailed extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public WorkFailed(String message) {
    super(message);
  }

  public WorkFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
