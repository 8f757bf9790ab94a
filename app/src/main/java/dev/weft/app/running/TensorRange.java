package dev.weft.app.running;

import dev.weft.stages.tensor.Elements;
import dev.weft.stages.tensor.Tensor;

/** The least, the mean and the greatest element of a tensor of numbers. */
record TensorRange(double min, double mean, double max) {

  /**
   * @throws IllegalArgumentException for a tensor without elements, or of BYTES
   */
  static TensorRange of(Tensor tensor) {
    var count = tensor.shape().elements();
    if (count == 0) {
      throw new IllegalArgumentException("elements: 0 (expected: >= 1)");
    }
    var min = Double.POSITIVE_INFINITY;
    var max = Double.NEGATIVE_INFINITY;
    var sum = 0.0;
    for (var i = 0L; i < count; i++) {
      var value = Elements.number(tensor, i);
      min = Math.min(min, value);
      max = Math.max(max, value);
      sum += value;
    }
    return new TensorRange(min, sum / count, max);
  }
}
