package dev.weft.fabric.session;

/** A session's refusal, as it comes to who asked. */
public final class SessionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final SessionRefusal refusal;
  private final String site;

  public SessionException(SessionRefusal refusal, String message) {
    this(refusal, message, "");
  }

  /**
   * @param site that can tell more, where that is why; else empty
   */
  public SessionException(SessionRefusal refusal, String message, String site) {
    // No stack trace: it is an answer, and may be given thousands of times a second.
    super(message, null, false, false);
    this.refusal = refusal;
    this.site = site;
  }

  public SessionRefusal refusal() {
    return refusal;
  }

  /**
   * The site to which the session went, for {@link SessionRefusal#MOVED}; for {@link
   * SessionRefusal#MOVING} the one it is to come from; else empty.
   */
  public String site() {
    return site;
  }
}
