package dev.weft.stages.spi;

import dev.weft.stages.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The outputs of one run in the making, all closed again if the run fails. */
public final class Outputs {

  private final List<Tensor> tensors = new ArrayList<>();

  private Outputs() {}

  /** What {@code run} adds, in that order; closed if it throws. */
  public static List<Tensor> closedOnFailure(Consumer<Outputs> run) {
    var outputs = new Outputs();
    try {
      run.accept(outputs);
      return List.copyOf(outputs.tensors);
    } catch (RuntimeException | Error e) {
      outputs.tensors.forEach(Tensor::close);
      throw e;
    }
  }

  /** Takes over the caller's lease of {@code output} and returns it. */
  public Tensor add(Tensor output) {
    tensors.add(output);
    return output;
  }
}
