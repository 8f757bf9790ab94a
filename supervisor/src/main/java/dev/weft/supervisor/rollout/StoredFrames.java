package dev.weft.supervisor.rollout;

import java.time.Instant;

/**
 * What one attempt at a step in the shadow wants of the frames that were recorded before it.
 *
 * @param before when the attempt began: what came from then on is its callers', and not used again
 * @param isNow whether they are to run now; if not, they wait
 * @param told what came of each, on inference loops
 */
public record StoredFrames(
    String stable, String candidate, Instant before, boolean isNow, Analysis told) {

  /** Whether both are of the same attempt. */
  public boolean isOfSame(StoredFrames other) {
    return told == other.told;
  }
}
