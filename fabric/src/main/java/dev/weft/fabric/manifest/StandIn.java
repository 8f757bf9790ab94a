package dev.weft.fabric.manifest;

import dev.weft.stages.tensor.Shape;
import java.util.List;

/** What takes the place of an output when its step is skipped. */
public sealed interface StandIn {

  /** Another tensor of the same frame. */
  record FromTensor(TensorRef source) implements StandIn {}

  /**
   * A fixed value of the output's own datatype.
   *
   * @param values in row-major order, {@link Number}, {@link Boolean} or {@link String}; one value
   *     fills the whole shape
   */
  record Constant(Shape shape, List<Object> values) implements StandIn {
    public Constant {
      values = List.copyOf(values);
    }
  }
}
