package dev.weft.gateway.observatory;

import java.time.Duration;
import java.time.Instant;

/**
 * A frame that was answered of late, and by which it is found where frames are recorded.
 *
 * @param number counts the frames that went into its pipeline since that was deployed; one that was
 *     taken away and came again in the same process counts anew
 * @param tenant for whom it was run; empty for none
 * @param took from admission to the answer
 */
public record RememberedFrame(
    String pipeline, long number, String tenant, Instant answeredAt, Duration took) {

  /** When it was let in; the clocks that say so may differ by some milliseconds. */
  public Instant admittedAt() {
    return answeredAt.minus(took);
  }
}
