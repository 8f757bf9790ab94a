package dev.weft.stages.image;

import dev.weft.stages.tensor.Tensor;
import java.util.List;
import java.util.function.Consumer;

/** A stage's newly allocated outputs, closed again if filling them fails. */
final class Outputs {

  private Outputs() {}

  static List<Tensor> one(Tensor output, Consumer<Tensor> fill) {
    try {
      fill.accept(output);
      return List.of(output);
    } catch (RuntimeException | Error e) {
      output.close();
      throw e;
    }
  }
}
