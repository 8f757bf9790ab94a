package dev.weft.client.wire;

/** What a server sent is not what the protocol says. */
public final class WireException extends RuntimeException {

  private static final long serialVersionUID = 1;

  WireException(String message) {
    super(message);
  }

  WireException(String message, Throwable cause) {
    super(message, cause);
  }
}
