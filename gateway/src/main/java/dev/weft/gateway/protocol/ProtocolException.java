package dev.weft.gateway.protocol;

/** Says what is wrong with a request: the value, what was expected, and where. */
public final class ProtocolException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Fault fault;

  public ProtocolException(Fault fault, String message) {
    super(message);
    this.fault = fault;
  }

  public ProtocolException(Fault fault, String message, Throwable cause) {
    super(message, cause);
    this.fault = fault;
  }

  static ProtocolException invalid(String format, Object... arguments) {
    return new ProtocolException(Fault.INVALID, format.formatted(arguments));
  }

  static ProtocolException tooLarge(String format, Object... arguments) {
    return new ProtocolException(Fault.TOO_LARGE, format.formatted(arguments));
  }

  static ProtocolException truncated(String what, long come, long expected) {
    return new ProtocolException(
        Fault.TRUNCATED, "%s: ended after %d bytes (expected: %d)".formatted(what, come, expected));
  }

  public Fault fault() {
    return fault;
  }

  /** What came from outside, short enough to be repeated in a message. */
  static String shown(String text) {
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }
}
