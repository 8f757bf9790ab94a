package dev.weft.stages.audio;

import java.math.BigInteger;

/**
 * A windowed-sinc low-pass cut into phases, for changing a sample rate by a rational factor.
 *
 * <p>An output sample lies at {@code index * sourceRate / targetRate} on the source's axis; its
 * fraction has one of {@code phases} values, each with taps of its own, adding up to 1. Kaiser
 * window for 80 dB; the stop band begins at half the lower of the two rates, the pass band ends at
 * 0.84 of that. No delay: taps lie evenly around the output's place. Source: Oppenheim and Schafer,
 * "Discrete-Time Signal Processing", 3rd ed., §7.5.3 (Kaiser window) and §4.6 (non-integer
 * factors).
 *
 * @param up and {@code down}: targetRate / sourceRate in lowest terms
 * @param half taps on each side of the middle one
 * @param taps {@code 2 * half + 1} per phase
 */
record ResamplingFilter(int up, int down, int half, float[] taps) {

  /** Most taps in all phases: 16 MiB of them. */
  static final int TAPS_MAX = 1 << 22;

  private static final int ZERO_CROSSINGS = 32;
  private static final double STOP_BAND_DECIBELS = 80;
  private static final double KAISER_BETA = 0.1102 * (STOP_BAND_DECIBELS - 8.7);

  /** Width from pass band to stop band, as a part of the lower rate. */
  private static final double TRANSITION =
      (STOP_BAND_DECIBELS - 8) / (2.285 * 2 * Math.PI * 2 * ZERO_CROSSINGS);

  /**
   * @throws IllegalArgumentException if the rates' ratio needs more taps than are kept
   */
  static ResamplingFilter of(int sourceRate, int targetRate) {
    var divisor = BigInteger.valueOf(sourceRate).gcd(BigInteger.valueOf(targetRate)).intValue();
    var up = targetRate / divisor;
    var down = sourceRate / divisor;
    var shrink = Math.max(1.0, (double) sourceRate / targetRate);
    var half = (int) Math.ceil(ZERO_CROSSINGS * shrink);
    var width = 2 * half + 1;
    if ((long) up * width > TAPS_MAX) {
      throw new IllegalArgumentException(
          "sampleRate: %d to %d (expected: rates with a larger common divisor than %d)"
              .formatted(sourceRate, targetRate, divisor));
    }
    var taps = new float[up * width];
    var cutoff = (1 - TRANSITION) / shrink;
    for (var phase = 0; phase < up; phase++) {
      fillPhase(taps, phase * width, half, cutoff, (double) phase / up);
    }
    return new ResamplingFilter(up, down, half, taps);
  }

  boolean fits(int sourceRate, int targetRate) {
    return (long) sourceRate * up == (long) targetRate * down;
  }

  /** Number of output samples for {@code count} source samples: the last lies before their end. */
  long outputs(long count) {
    return (Math.multiplyExact(count, (long) up) + down - 1) / down;
  }

  /** Output sample {@code index}; before and after the source there is silence. */
  float output(float[] source, long index) {
    var position = index * down;
    var middle = (int) (position / up);
    var width = 2 * half + 1;
    var tap = (int) (position % up) * width;
    var from = Math.max(0, middle - half);
    var to = Math.min(source.length, middle + half + 1);
    tap += from - (middle - half);
    var sum = 0f;
    for (var at = from; at < to; at++) {
      sum += source[at] * taps[tap++];
    }
    return sum;
  }

  private static void fillPhase(float[] taps, int start, int half, double cutoff, double fraction) {
    var values = new double[2 * half + 1];
    var sum = 0.0;
    for (var i = 0; i < values.length; i++) {
      var x = i - half - fraction;
      values[i] = sinc(x * cutoff) * kaiser(x / (half + 1));
      sum += values[i];
    }
    for (var i = 0; i < values.length; i++) {
      taps[start + i] = (float) (values[i] / sum);
    }
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  }

  /** The window at {@code x} in [-1, 1], not scaled. */
  private static double kaiser(double x) {
    return bessel0(KAISER_BETA * Math.sqrt(Math.max(0, 1 - x * x)));
  }

  /** The modified Bessel function of the first kind and order zero, by its power series. */
  private static double bessel0(double x) {
    var term = 1.0;
    var sum = 1.0;
    for (var k = 1; term > sum * 1e-12; k++) {
      term *= x / (2 * k) * (x / (2 * k));
      sum += term;
    }
    return sum;
  }
}
