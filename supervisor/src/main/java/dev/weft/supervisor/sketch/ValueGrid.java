package dev.weft.supervisor.sketch;

import java.util.Arrays;

/**
 * How many values fell where on the number line, on a grid that is the same for all: so that two
 * distributions can be held against each other, and added up. Steps are 1/32 of a power of two from
 * 2^-32 to 2^32 on either side of zero; what is smaller counts as zero, what is larger at the end.
 * 32 KiB.
 *
 * <p>Confined to one thread; {@link #copy()} for another.
 */
public final class ValueGrid {

  private static final int STEP_BITS = 5;
  private static final int LEAST_EXPONENT = -32;
  private static final int EXPONENTS = 64;
  private static final int SIDE = EXPONENTS << STEP_BITS;
  private static final int MANTISSA_BITS = 52;

  /** Added to each of two bins before a ratio of shares is taken, so that none is infinite. */
  private static final double SMOOTHING = 0.5;

  private final long[] counts;
  private long samples;

  private ValueGrid(long[] counts, long samples) {
    this.counts = counts;
    this.samples = samples;
  }

  public static ValueGrid empty() {
    return new ValueGrid(new long[2 * SIDE + 1], 0);
  }

  /** Counts {@code value}, which is not NaN. */
  public void record(double value) {
    counts[step(value)]++;
    samples++;
  }

  public void add(ValueGrid other) {
    for (var i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
    samples += other.samples;
  }

  public ValueGrid copy() {
    return new ValueGrid(counts.clone(), samples);
  }

  public void clear() {
    Arrays.fill(counts, 0);
    samples = 0;
  }

  public long samples() {
    return samples;
  }

  /**
   * Largest difference of the two distribution functions at the ends of steps: Kolmogorov's and
   * Smirnov's statistic, less what lies within a step. From 0 to 1; NaN if either is empty.
   */
  public static double ks(ValueGrid one, ValueGrid other) {
    if (one.samples == 0 || other.samples == 0) {
      return Double.NaN;
    }
    var largest = 0.0;
    var below = 0L;
    var otherBelow = 0L;
    for (var i = 0; i < one.counts.length; i++) {
      below += one.counts[i];
      otherBelow += other.counts[i];
      var apart = Math.abs((double) below / one.samples - (double) otherBelow / other.samples);
      largest = Math.max(largest, apart);
    }
    return largest;
  }

  /**
   * Population stability index of {@code present} against {@code reference}: sum over bins of the
   * difference of shares times the logarithm of their ratio; nats. Bins hold about equal shares of
   * the reference. 0 if both agree; NaN if either is empty. B. Yurdakul, "Statistical Properties of
   * Population Stability Index", Western Michigan University, 2018.
   *
   * @param bins at most so many
   */
  public static double psi(ValueGrid reference, ValueGrid present, int bins) {
    if (reference.samples == 0 || present.samples == 0) {
      return Double.NaN;
    }
    var index = 0.0;
    var expected = 0L;
    var found = 0L;
    var seen = 0L;
    var bin = 1;
    for (var i = 0; i < reference.counts.length; i++) {
      expected += reference.counts[i];
      found += present.counts[i];
      seen += reference.counts[i];
      var isFull = seen * (double) bins >= bin * (double) reference.samples;
      if (isFull && bin < bins && seen < reference.samples) {
        index += term(expected, reference.samples, found, present.samples, bins);
        bin = (int) (seen * (double) bins / reference.samples) + 1;
        expected = 0;
        found = 0;
      }
    }
    return index + term(expected, reference.samples, found, present.samples, bins);
  }

  private static double term(long expected, long ofExpected, long found, long ofFound, int bins) {
    var one = (expected + SMOOTHING) / (ofExpected + SMOOTHING * bins);
    var other = (found + SMOOTHING) / (ofFound + SMOOTHING * bins);
    return (other - one) * Math.log(other / one);
  }

  private static int step(double value) {
    if (Double.isNaN(value)) {
      throw new IllegalArgumentException("value: NaN (expected: a number)");
    }
    var size = Math.abs(value);
    var exponent = Math.getExponent(size) - LEAST_EXPONENT;
    if (exponent < 0) {
      return SIDE;
    }
    var mantissa =
        (int) (Double.doubleToRawLongBits(size) >>> (MANTISSA_BITS - STEP_BITS))
            & ((1 << STEP_BITS) - 1);
    var step = exponent >= EXPONENTS ? SIDE - 1 : (exponent << STEP_BITS) + mantissa;
    return value < 0 ? SIDE - 1 - step : SIDE + 1 + step;
  }
}
