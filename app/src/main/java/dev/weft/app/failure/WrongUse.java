package dev.weft.app.failure;

/** Ends a command with exit code 2: its flags and arguments make no sense together. */
public final class WrongUse extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public WrongUse(String message) {
    super(message);
  }
}
