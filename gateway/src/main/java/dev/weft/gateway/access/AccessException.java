package dev.weft.gateway.access;

/** Turns a caller away, with what he may know of it. */
public final class AccessException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Denial denial;

  private AccessException(Denial denial, String message) {
    super(message, null, false, false);
    this.denial = denial;
  }

  /** One text for all reasons: whoever tries credentials is not told how near he is. */
  static AccessException unauthenticated(Denial denial) {
    return new AccessException(
        denial,
        "credential: missing, or not one that is known here"
            + " (expected: one header 'Authorization: Bearer' with a key or token)");
  }

  static AccessException forbidden(Denial denial, String message) {
    return new AccessException(denial, message);
  }

  public Denial denial() {
    return denial;
  }
}
