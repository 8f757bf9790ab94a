package dev.weft.stages.calibration;

import dev.weft.stages.tensor.Shape;

/** The least and the largest number seen in a tensor. */
final class Extremes implements Observer {

  private final String tensor;
  private float low;
  private float high;

  /**
   * @param tensor for messages
   */
  Extremes(String tensor) {
    this.tensor = tensor;
  }

  /**
   * @throws IllegalArgumentException for a number that is not finite
   */
  @Override
  public void observe(float[] values, Shape shape) {
    for (var value : values) {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException(
            "tensor '%s', inside the model: %s (expected: finite numbers)"
                .formatted(tensor, value));
      }
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }

  Range range() {
    return Range.over(low, high);
  }
}
