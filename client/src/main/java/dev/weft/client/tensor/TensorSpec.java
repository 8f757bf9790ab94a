package dev.weft.client.tensor;

import java.util.List;

/**
 * What a model says of one of its inputs or outputs.
 *
 * @param shape outermost axis first; -1 for a size that varies
 */
public record TensorSpec(String name, Datatype datatype, List<Long> shape) {

  public TensorSpec {
    shape = List.copyOf(shape);
  }

  /** Whether a tensor of this shape fits. */
  public boolean fits(long[] given) {
    if (given.length != shape.size()) {
      return false;
    }
    for (var axis = 0; axis < given.length; axis++) {
      if (shape.get(axis) >= 0 && shape.get(axis) != given[axis]) {
        return false;
      }
    }
    return true;
  }

  /** For example {@code FP32[-1, 4]}. */
  public String type() {
    return datatype + shape.toString();
  }
}
