package dev.weft.gateway.protocol;

import static dev.weft.gateway.protocol.ProtocolException.invalid;

import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Shape;

/** The shape of data of which it is known what it is for and how much of it there is. */
final class SpecShape {

  private SpecShape() {}

  /**
   * The spec's shape with its variable dimension, if there is one, such that there are {@code
   * elements}; what is over does not count.
   *
   * @throws ProtocolException if more than one dimension varies
   */
  static Shape of(String place, TensorSpec spec, long elements) {
    var dims = new long[spec.rank()];
    var fixed = 1L;
    var variable = -1;
    for (var axis = 0; axis < dims.length; axis++) {
      if (spec.shape().get(axis) instanceof Dim.Fixed(var length)) {
        dims[axis] = length;
        fixed = Math.multiplyExact(fixed, length);
      } else if (variable >= 0) {
        throw invalid(
            "%s: data without a shape, which varies in more than one dimension of %s (expected: in"
                + " at most one)",
            place, spec.shape());
      } else {
        variable = axis;
      }
    }
    if (variable >= 0) {
      dims[variable] = fixed == 0 ? 0 : elements / fixed;
    }
    return Shape.of(dims);
  }

  /** The spec's shape where whatever varies is 1. */
  static Shape ofOne(TensorSpec spec) {
    return Shape.of(
        spec.shape().stream()
            .mapToLong(dim -> dim instanceof Dim.Fixed(var length) ? length : 1)
            .toArray());
  }
}
