package dev.weft.stages.quantize;

/**
 * Numbers as 8-bit integers with one scale per channel, symmetric about zero.
 *
 * <p>Error: at most half a scale per number. A channel's scale is its largest magnitude over the
 * number of levels, or 1 for a channel of zeros.
 *
 * @param values in the order of the numbers they stand for
 * @param scales by channel; a number is {@code value * scale}
 */
record Int8Weights(byte[] values, float[] scales) {

  /** Levels on each side of zero. */
  static final int LEVELS = 127;

  /**
   * Levels at which a sum of two products with unsigned bytes fits 16 bits, which processors
   * without VNNI instructions add them up in: 2 * 255 * 64 <= 32767.
   */
  static final int REDUCED_LEVELS = 64;

  /**
   * @param numbers of shape [outer, channels, inner], row-major, finite
   * @param levels on each side of zero, at most {@value #LEVELS}
   */
  static Int8Weights of(float[] numbers, int channels, int inner, int levels) {
    var scales = scales(numbers, channels, inner, levels);
    var values = new byte[numbers.length];
    for (var from = 0; from < numbers.length; from += channels * inner) {
      for (var channel = 0; channel < channels; channel++) {
        var first = from + channel * inner;
        for (var i = first; i < first + inner; i++) {
          values[i] = (byte) Math.clamp(Math.rint(numbers[i] / scales[channel]), -levels, levels);
        }
      }
    }
    return new Int8Weights(values, scales);
  }

  /** The same integers for numbers {@code factor} times as large. */
  Int8Weights times(float factor) {
    var scaled = scales.clone();
    for (var channel = 0; channel < scaled.length; channel++) {
      scaled[channel] *= factor;
    }
    return new Int8Weights(values, scaled);
  }

  private static float[] scales(float[] numbers, int channels, int inner, int levels) {
    var scales = new float[channels];
    for (var from = 0; from < numbers.length; from += channels * inner) {
      for (var channel = 0; channel < channels; channel++) {
        var first = from + channel * inner;
        for (var i = first; i < first + inner; i++) {
          scales[channel] = Math.max(scales[channel], Math.abs(numbers[i]));
        }
      }
    }
    for (var channel = 0; channel < channels; channel++) {
      // A scale below the smallest normal float would lose the digits of what it scales.
      var scale = scales[channel] / levels;
      scales[channel] = scale < Float.MIN_NORMAL ? 1 : scale;
    }
    return scales;
  }
}
