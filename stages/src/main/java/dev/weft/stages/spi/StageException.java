package dev.weft.stages.spi;

/** Says why a stage could not be created or run. */
public final class StageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ErrorCode code;

  /**
   * @param message the value, where it stands, and what was expected
   */
  public StageException(ErrorCode code, String message) {
    super(message);
    this.code = code;
  }

  public StageException(ErrorCode code, String message, Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  /** An {@link ErrorCode#INVALID_INPUT}: {@code field: value (expected: expected)}. */
  public static StageException invalidInput(String field, Object value, String expected) {
    return new StageException(
        ErrorCode.INVALID_INPUT, "%s: %s (expected: %s)".formatted(field, value, expected));
  }

  public ErrorCode code() {
    return code;
  }
}
