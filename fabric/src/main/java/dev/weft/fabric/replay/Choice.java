package dev.weft.fabric.replay;

import dev.weft.fabric.trace.Decision;
import java.util.List;

/** What a replay does about one step. */
sealed interface Choice {

  /**
   * Runs it.
   *
   * @param batch numbers of the frames whose rows share the run, in order; empty for none
   */
  record Run(Decision decision, String stage, String variant, List<Long> batch) implements Choice {}

  /** Goes on without it. */
  record Skip(Decision decision) implements Choice {}

  /** Goes no further: the frame had not come here, or ended here. */
  record Stop() implements Choice {}
}
