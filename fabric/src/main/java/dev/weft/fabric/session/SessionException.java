package dev.weft.fabric.session;

/** A session's refusal, as it comes to who asked. */
public final class SessionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final SessionRefusal refusal;

  public SessionException(SessionRefusal refusal, String message) {
    // No stack trace: it is an answer, and may be given thousands of times a second.
    super(message, null, false, false);
    this.refusal = refusal;
  }

  public SessionRefusal refusal() {
    return refusal;
  }
}
