package dev.weft.supervisor.rollout;

import java.time.Instant;

/**
 * A rollout that is over.
 *
 * @param digest of the candidate
 * @param step label of the last step it was at; {@link #WATCH} if it was taken back after that
 * @param why in a sentence
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
    Instant endedAt) {

  /** Stands for a step where a promoted candidate was taken back. */
  static final String WATCH = "watch";

  /** Whether its candidate was in charge of the stage, if only for a while. */
  boolean wasPromoted() {
    return outcome != Outcome.DEGRADED || step.equals(WATCH);
  }

  /** Whether its candidate passed all steps. */
  public boolean isOnEvidence() {
    return outcome == Outcome.HEALTHY || outcome == Outcome.UNWATCHED;
  }

  /** How a rollout can end. */
  public enum Outcome {
    /** Promoted on evidence, and held through its watch. */
    HEALTHY,
    /** Promoted on evidence; nothing of what came after could be checked. */
    UNWATCHED,
    /** Promoted because somebody accepted the risk. */
    FORCED,
    /** Rolled back. */
    DEGRADED
  }
}
