package dev.weft.fabric.reading;

import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;

/** Makes a {@link TensorSpec} of an object of type {@code Tensor} or {@code Input}. */
final class TensorReader {

  private TensorReader() {}

  static TensorSpec read(YamlObject object) {
    return new TensorSpec(
        object.text("name"),
        object.optionalText("datatype").flatMap(Datatype::of).orElse(Datatype.FP32),
        object.list("shape", Dim.class),
        object.optionalText("layout"),
        object.optionalText("semantic"));
  }
}
