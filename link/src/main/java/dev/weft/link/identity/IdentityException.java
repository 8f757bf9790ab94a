package dev.weft.link.identity;

/** Says which file of a node's identity cannot be used, and why. */
public final class IdentityException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  IdentityException(String message) {
    super(message);
  }

  IdentityException(String message, Throwable cause) {
    super(message, cause);
  }
}
