package dev.weft.supervisor.evidence;

/** An evidence file cannot be read, or is not what was written. */
public final class EvidenceException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public EvidenceException(String message) {
    super(message);
  }

  public EvidenceException(String message, Throwable cause) {
    super(message, cause);
  }
}
