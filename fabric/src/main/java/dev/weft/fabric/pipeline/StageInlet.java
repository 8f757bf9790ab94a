package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Plan.PlanStep;

/** Where frames enter one replica of a stage; bounded, never blocking. Threadsafe. */
@FunctionalInterface
public interface StageInlet {

  /**
   * Hands over one run. It comes back to the frame by {@link Frame#ran}, {@link Frame#failed} or
   * {@link Frame#abandoned}, on the frame's loop.
   *
   * @param nanos the present time, from which queueing is counted
   */
  void offer(Frame frame, PlanStep step, long nanos);

  /** How full {@code lane} of the replica's queue is, 0 to 1. */
  default double fill(Lane lane) {
    return 0;
  }

  /** Runs that wait in {@code lane} of the replica's queue. */
  default int waiting(Lane lane) {
    return 0;
  }
}
