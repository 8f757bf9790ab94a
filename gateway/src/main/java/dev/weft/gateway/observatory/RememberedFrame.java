package dev.weft.gateway.observatory;

import java.time.Duration;
import java.time.Instant;

/**
 * A frame that was answered of late, and by which it is found where frames are recorded.
 *
 * @param number counts the frames that went into its pipeline in this process
 * @param took from admission to the answer
 */
public record RememberedFrame(String pipeline, long number, Instant answeredAt, Duration took) {

  /** When it was let in; the clocks that say so may differ by some milliseconds. */
  public Instant admittedAt() {
    return answeredAt.minus(took);
  }
}
