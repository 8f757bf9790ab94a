package dev.weft.fabric.pipeline;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Tensor;
import java.util.List;

/** What came of recorded inputs that both arms of a step on trial were to run. */
public sealed interface Rerun extends AutoCloseable {

  @Override
  default void close() {}

  /**
   * Both ran. Owns its tensors: close it when done with them.
   *
   * @param stable outputs in the order of the step's signature, as are {@code candidate}'s
   * @param stableTimes of the run, as {@code candidateTimes}
   */
  record Compared(
      List<Tensor> stable, List<Tensor> candidate, RunTimes stableTimes, RunTimes candidateTimes)
      implements Rerun {
    public Compared {
      stable = List.copyOf(stable);
      candidate = List.copyOf(candidate);
    }

    @Override
    public void close() {
      stable.forEach(Tensor::close);
      candidate.forEach(Tensor::close);
    }
  }

  /** The candidate failed where the stable variant did not. */
  record Failed(ErrorCode code, String message) implements Rerun {}

  /**
   * There is nothing to compare.
   *
   * @param why such as an input that does not fit, a step that was skipped, or no gap to run in
   */
  record NotRun(String why) implements Rerun {}
}
