package dev.weft.fabric.pipeline;

import java.time.Instant;

/** The times a fabric reads: one to measure by, one to tell people, one of work done. */
public interface FabricClock {

  /** Monotonic time in nanoseconds from an arbitrary origin; deadlines are counted on it. */
  long nanos();

  /** Wall time; may jump. */
  Instant instant();

  /**
   * Processor time that the calling thread has taken, in nanoseconds from an arbitrary origin;
   * {@link RunTimes#NOT_MEASURED} where the machine does not tell.
   */
  default long cpuNanos() {
    return RunTimes.NOT_MEASURED;
  }
}
