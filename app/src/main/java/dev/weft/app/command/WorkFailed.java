package dev.weft.app.command;

/** Ends a command with exit code 1 and a message for its user. */
final class WorkFailed extends RuntimeException {

  private static final long serialVersionUID = 1L;

  WorkFailed(String message) {
    super(message);
  }

  WorkFailed(String message, Throwable cause) {
    super(message, cause);
  }
}
