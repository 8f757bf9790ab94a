package dev.weft.fabric.pipeline;

import dev.weft.stages.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * What a step gave, and what its shadow gave for the same inputs.
 *
 * @param frame number of the frame
 * @param production outputs in the order of the step's signature
 * @param shadow outputs by name
 */
public record ShadowRun(
    long frame, String step, String variant, List<Tensor> production, Map<String, Tensor> shadow) {

  /** Is shown every run of a shadow that went through; borrows its tensors until it returns. */
  @FunctionalInterface
  public interface Observer {
    void ran(ShadowRun run);
  }
}
