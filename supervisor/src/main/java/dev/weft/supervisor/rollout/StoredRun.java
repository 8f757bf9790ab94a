package dev.weft.supervisor.rollout;

import dev.weft.fabric.pipeline.RunTimes;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Tensor;
import dev.weft.supervisor.comparison.FrameReference;
import java.util.List;

/** What came of a recorded frame that both variants were to run, in the shadow. */
public sealed interface StoredRun {

  /**
   * Both ran. The tensors are lent until whoever is told returns.
   *
   * @param frame as its trace knows it
   */
  record Compared(
      FrameReference frame,
      List<Tensor> stable,
      List<Tensor> candidate,
      RunTimes stableTimes,
      RunTimes candidateTimes)
      implements StoredRun {}

  /** The candidate failed where the stable variant did not. */
  record Failed(FrameReference frame, ErrorCode code, String message) implements StoredRun {}

  /**
   * It was not used.
   *
   * @param why in words that are the same for all frames with this reason
   */
  record NotUsed(String why) implements StoredRun {}

  /**
   * There is no further one.
   *
   * @param why in a sentence
   */
  record NoMore(String why) implements StoredRun {}
}
