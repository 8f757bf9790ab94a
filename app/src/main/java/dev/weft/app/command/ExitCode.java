package dev.weft.app.command;

/** Exit codes of every command. */
final class ExitCode {

  static final int OK = 0;
  static final int FAILED = 1;
  static final int WRONG_USE = 2;
  static final int INTERRUPTED = 130;

  private ExitCode() {}
}
