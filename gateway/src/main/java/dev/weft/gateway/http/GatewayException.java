package dev.weft.gateway.http;

/** Says why the gateway could not start. */
public final class GatewayException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public GatewayException(String message) {
    super(message);
  }

  public GatewayException(String message, Throwable cause) {
    super(message, cause);
  }
}
