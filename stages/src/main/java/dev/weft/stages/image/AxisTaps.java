package dev.weft.stages.image;

/**
 * For every position on a resized axis, the source positions it is made of and their weights.
 *
 * <p>Pixels are areas: position {@code i} spans {@code [i, i + 1)}. Up to a shrink of two this is
 * linear interpolation between centres with the border repeated; beyond, the mean over the area
 * covered, so that no source pixel is left out.
 *
 * @param first source position of the first tap, per target position
 * @param count taps per target position
 * @param weights {@code count} per target position, adding up to 1
 */
record AxisTaps(int[] first, int count, float[] weights) {

  private static final int LINEAR_SHRINK_MAX = 2;

  static AxisTaps of(int source, int target) {
    var scale = (double) source / target;
    return scale > LINEAR_SHRINK_MAX ? area(source, target, scale) : linear(source, target, scale);
  }

  private static AxisTaps linear(int source, int target, double scale) {
    var count = Math.min(2, source);
    var first = new int[target];
    var weights = new float[target * count];
    for (var i = 0; i < target; i++) {
      var position = Math.clamp((i + 0.5) * scale - 0.5, 0, source - 1.0);
      first[i] = Math.min((int) position, source - count);
      var fraction = (float) (position - first[i]);
      weights[i * count] = count == 1 ? 1 : 1 - fraction;
      if (count == 2) {
        weights[i * count + 1] = fraction;
      }
    }
    return new AxisTaps(first, count, weights);
  }

  private static AxisTaps area(int source, int target, double scale) {
    var count = Math.min((int) Math.ceil(scale) + 1, source);
    var first = new int[target];
    var weights = new float[target * count];
    for (var i = 0; i < target; i++) {
      var from = i * scale;
      var to = from + scale;
      first[i] = Math.min((int) from, source - count);
      for (var tap = 0; tap < count; tap++) {
        var at = first[i] + tap;
        var overlap = Math.min(to, at + 1.0) - Math.max(from, at);
        weights[i * count + tap] = (float) (Math.max(0, overlap) / scale);
      }
    }
    return new AxisTaps(first, count, weights);
  }
}
