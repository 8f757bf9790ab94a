package dev.weft.gateway.protection;

/** Says which file of TLS cannot be used, and why. */
public final class ProtectionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ProtectionException(String message) {
    super(message);
  }

  ProtectionException(String message, Throwable cause) {
    super(message, cause);
  }
}
