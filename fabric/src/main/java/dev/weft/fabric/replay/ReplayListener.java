package dev.weft.fabric.replay;

import dev.weft.fabric.trace.FrameRecord;
import java.util.Optional;

/**
 * Is told what a replay does while it does it, on its thread. What a method throws ends the replay,
 * and comes out of it.
 */
public interface ReplayListener {

  /** Listens to nothing. */
  ReplayListener NONE = new ReplayListener() {};

  /**
   * Whether outputs of the frame are to be held against the recorded ones, which are in memory for
   * as long as it runs.
   */
  default boolean compares(FrameRecord frame) {
    return true;
  }

  /** A run comes next; its variant may have to be loaded first. */
  default void comes(String stage, String variant) {}

  /** The variant that comes next is loaded, and the run begins. */
  default void begins() {}

  /** The run ended, whatever came of it. */
  default void ended() {}

  /** What the run that ended was for one of its frames. */
  default void ran(FrameRecord frame, Ran run) {}

  /** How close an output of a frame that is compared came to the recorded one. */
  default void gave(FrameRecord frame, String output, Tolerance.Distance distance) {}

  /**
   * One run of a step for one frame.
   *
   * @param together frames that shared it
   * @param isEqual whether its outputs have the digests recorded
   * @param failure what it failed with; empty if it did not
   */
  record Ran(
      String step,
      String stage,
      String variant,
      int together,
      boolean isEqual,
      Optional<String> failure) {}
}
