package dev.weft.gateway.flag;

/** Says why nothing could be evaluated, with a code of OpenFeature. */
public final class EvaluationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** OpenFeature's codes that are used here. */
  public enum Code {
    PARSE_ERROR,
    INVALID_CONTEXT,
    TARGETING_KEY_MISSING,
    FLAG_NOT_FOUND,
    GENERAL
  }

  private final Code code;

  public EvaluationException(Code code, String message) {
    super(message);
    this.code = code;
  }

  public Code code() {
    return code;
  }
}
