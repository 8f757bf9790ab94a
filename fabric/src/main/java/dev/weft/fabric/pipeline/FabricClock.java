package dev.weft.fabric.pipeline;

import java.time.Instant;

/** The two times a fabric reads: one to measure by, one to tell people. */
public interface FabricClock {

  /** Monotonic time in nanoseconds from an arbitrary origin; deadlines are counted on it. */
  long nanos();

  /** Wall time; may jump. */
  Instant instant();
}
