package dev.weft.supervisor.rollout;

import java.time.Instant;

/**
 * A rollout that is over.
 *
 * @param digest of the candidate
 * @param step label of the last step it was at
 * @param why in a sentence
 * @param wasPromoted whether the candidate was in charge, if only until its watch took it back
 */
public record Past(
    long number,
    String stable,
    String candidate,
    String digest,
    Outcome outcome,
    String step,
    String why,
    Instant startedAt,
    Instant endedAt,
    boolean wasPromoted) {

  /** How a rollout can end. */
  public enum Outcome {
    /** Promoted on evidence, and held through its watch. */
    HEALTHY,
    /** Promoted because somebody accepted the risk. */
    FORCED,
    /** Rolled back. */
    DEGRADED
  }
}
