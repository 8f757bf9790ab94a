package dev.weft.fabric.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * How one run of a step went in time.
 *
 * @param queuedNanos from ready to started
 * @param ranNanos inside the stage, together with all that shared the run
 * @param shared what shared the run; null if nothing did
 */
public record RunTimes(long queuedNanos, long ranNanos, Timings.@Nullable Batch shared) {

  /** Of a run of one frame. */
  public static RunTimes alone(long queuedNanos, long ranNanos) {
    return new RunTimes(queuedNanos, ranNanos, null);
  }

  /** This frame's part of the run, in nanoseconds. */
  long ownNanos() {
    return shared == null ? ranNanos : ranNanos / shared.size();
  }
}
