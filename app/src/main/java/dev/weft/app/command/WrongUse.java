package dev.weft.app.command;

/** Ends a command with exit code 2: its flags and arguments make no sense together. */
final class WrongUse extends RuntimeException {

  private static final long serialVersionUID = 1L;

  WrongUse(String message) {
    super(message);
  }
}
