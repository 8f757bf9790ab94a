package dev.weft.fabric.pipeline;

import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How one run of a step went in time.
 *
 * @param startedNanos on {@link FabricClock#nanos()}
 * @param queuedNanos from ready to started
 * @param ranNanos inside the stage, together with all that shared the run
 * @param cpuNanos of it, processor time of the thread that ran it; {@link #NOT_MEASURED} unless the
 *     step is on trial and runs on its loop
 * @param shared what shared the run; null if nothing did
 */
public record RunTimes(
    long startedNanos,
    long queuedNanos,
    long ranNanos,
    long cpuNanos,
    Timings.@Nullable Batch shared) {

  /** Stands for a processor time that is not known. */
  public static final long NOT_MEASURED = -1;

  /** Of a run of one frame. */
  public static RunTimes alone(long startedNanos, long queuedNanos, long ranNanos) {
    return new RunTimes(startedNanos, queuedNanos, ranNanos, NOT_MEASURED, null);
  }

  /** This frame's part of the run, in nanoseconds. */
  public long ownNanos() {
    return shared == null ? ranNanos : ranNanos / shared.size();
  }

  /** This frame's part of the processor time, in nanoseconds; empty if it is not known. */
  public OptionalLong ownCpuNanos() {
    if (cpuNanos == NOT_MEASURED) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(shared == null ? cpuNanos : cpuNanos / shared.size());
  }
}
