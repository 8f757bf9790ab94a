package dev.weft.supervisor.gate;

/** How a gate, or all gates of a step, can stand. */
public enum Verdict {
  /** Within the limit, with the confidence asked for. */
  PASS,
  /** Beyond the limit, with the confidence asked for. */
  FAIL,
  /** All the evidence that was to be gathered is there, and it does not say. */
  INCONCLUSIVE,
  /** More evidence is wanted and may still come. */
  INSUFFICIENT;

  /** Of two gates that both must hold: a failure counts first, then what is still open. */
  Verdict and(Verdict other) {
    if (this == FAIL || other == FAIL) {
      return FAIL;
    }
    if (this == INSUFFICIENT || other == INSUFFICIENT) {
      return INSUFFICIENT;
    }
    return this == INCONCLUSIVE || other == INCONCLUSIVE ? INCONCLUSIVE : PASS;
  }
}
