package dev.weft.supervisor.sketch;

/**
 * The mean of values cut off at a cap, with what a bound on it needs: an empirical variance about
 * means that were known before each value came. Sums of two such, made side by side, are one of
 * both.
 *
 * <p>The cap is fixed before the first value: chosen after, it would void every bound.
 *
 * @param cap largest value that counts in full; in the values' unit
 * @param samples number of values
 * @param sum of the values, each at most {@code cap} and in units of {@code cap}
 * @param squares sum of squared distances of each value from the mean before it, in the same unit
 *     squared
 */
public record CappedMean(double cap, long samples, double sum, double squares) {

  /**
   * A cap of so many typical values keeps most of a tail and lets bounds close in reasonable time.
   */
  public static final double TYPICAL = 8;

  private static final double SATURATED = 0.5;

  public CappedMean {
    if (!(cap > 0 && Double.isFinite(cap) && samples >= 0 && sum >= 0 && squares >= 0)) {
      throw new IllegalArgumentException(
          "capped mean: cap %s, %d samples, sum %s, squares %s (expected: a cap > 0, others >= 0)"
              .formatted(cap, samples, sum, squares));
    }
  }

  /** Of nothing yet. */
  public static CappedMean cappedAt(double cap) {
    return new CappedMean(cap, 0, 0, 0);
  }

  /** With one more value. */
  public CappedMean plus(double value) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException("value: %s (expected: >= 0)".formatted(value));
    }
    var scaled = Math.min(1, value / cap);
    var distance = scaled - expected();
    return new CappedMean(cap, samples + 1, sum + scaled, squares + distance * distance);
  }

  /**
   * Of both.
   *
   * @throws IllegalArgumentException if the caps differ
   */
  public CappedMean plus(CappedMean other) {
    if (cap != other.cap) {
      throw new IllegalArgumentException("cap: %s (expected: %s)".formatted(other.cap, cap));
    }
    return new CappedMean(cap, samples + other.samples, sum + other.sum, squares + other.squares);
  }

  /**
   * Whether values are mostly about the cap, so that what was held for typical was not and larger
   * ones could hardly be told from these.
   */
  public boolean isSaturated() {
    return sum > samples * SATURATED;
  }

  /** Mean in the values' unit; NaN of nothing. */
  public double mean() {
    return cap * sum / samples;
  }

  /** What the next value is expected to be, from those before it and one typical value. */
  private double expected() {
    return (1 / TYPICAL + sum) / (samples + 1);
  }
}
