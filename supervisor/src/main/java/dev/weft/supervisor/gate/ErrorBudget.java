package dev.weft.supervisor.gate;

/**
 * How often a rollout may be decided wrongly, and what of that each gate may spend.
 *
 * <p><b>False promotion.</b> A candidate that is beyond a limit at some step is promoted only if
 * the gate of that limit passes there; so each gate may spend all of {@code falsePromotion}, and
 * their number does not matter (R. L. Berger, "Multiparameter Hypothesis Testing and Acceptance
 * Sampling", Technometrics 24(4), 1982: intersection-union tests). Only attempts at the same step
 * add up: the n-th gets the 2^-n-th part.
 *
 * <p><b>False rollback.</b> One gate of one step is enough to roll back, so what each may spend is
 * {@code falseRollback} over steps and gates (Bonferroni), and the 2^-n-th part of it at the n-th
 * attempt.
 *
 * <p>Both hold for frames whose expectations do not hang together; {@code RATIONALE.md} of this
 * module says how far that is from frames of sessions.
 *
 * @param falsePromotion at most this part of candidates that are beyond a limit are promoted
 * @param falseRollback at most this part of candidates within all limits are rolled back by a gate
 * @param steps of the rollout
 */
public record ErrorBudget(double falsePromotion, double falseRollback, int steps) {

  public ErrorBudget {
    if (!(falsePromotion > 0 && falsePromotion < 1 && falseRollback > 0 && falseRollback < 1)
        || steps < 1) {
      throw new IllegalArgumentException(
          "error budget: %s, %s over %d steps (expected: in ]0, 1[, >= 1 steps)"
              .formatted(falsePromotion, falseRollback, steps));
    }
  }

  /** Largest probability that a gate passes though its limit does not hold, in one attempt. */
  public double toPass(int attempt) {
    return falsePromotion * part(attempt);
  }

  /** Largest probability that a gate fails though its limit holds, in one attempt. */
  public double toFail(int gates, int attempt) {
    return falseRollback * part(attempt) / ((double) steps * Math.max(1, gates));
  }

  private static double part(int attempt) {
    if (attempt < 1) {
      throw new IllegalArgumentException("attempt: %d (expected: >= 1)".formatted(attempt));
    }
    return Math.pow(2, -attempt);
  }
}
