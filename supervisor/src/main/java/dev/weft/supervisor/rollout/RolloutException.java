package dev.weft.supervisor.rollout;

/** A rollout does not do what was asked of it. */
public final class RolloutException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final RolloutRefusal refusal;

  public RolloutException(RolloutRefusal refusal, String message) {
    // No stack trace: it is an answer.
    super(message, null, false, false);
    this.refusal = refusal;
  }

  public RolloutRefusal refusal() {
    return refusal;
  }
}
