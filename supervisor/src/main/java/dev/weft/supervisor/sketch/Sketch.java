package dev.weft.supervisor.sketch;

import org.HdrHistogram.IntCountsHistogram;

/**
 * How often which value >= 0 came, kept to two or three digits in bounded memory. Counts are exact;
 * only values are rounded, so that what follows from ranks holds for whoever widens a value to the
 * ends of its step. Two sketches add up to that of both, whatever the order.
 *
 * <p>HdrHistogram beneath: its error is known for certain and it uses no randomness, which sketches
 * that keep a sample do.
 *
 * <p>Confined to one thread; {@link #copy()} for another. At most 2^31 - 1 values per step.
 */
public final class Sketch {

  private final Scale scale;
  private final IntCountsHistogram histogram;

  /**
   * How values become the whole numbers that are counted.
   *
   * @param perUnit whole numbers per unit of the values
   * @param digits of a value that are kept
   */
  public enum Scale {
    /** Nanoseconds, to one in a thousand, up to five minutes. */
    NANOS(1, 3, 300_000_000_000L),
    /** Distances of numbers, from 1e-9 to 1e9, to one in a hundred. */
    DISTANCE(1e9, 2, 1_000_000_000_000_000_000L);

    private final double perUnit;
    private final int digits;
    private final long highest;

    Scale(double perUnit, int digits, long highest) {
      this.perUnit = perUnit;
      this.digits = digits;
      this.highest = highest;
    }
  }

  private Sketch(Scale scale, IntCountsHistogram histogram) {
    this.scale = scale;
    this.histogram = histogram;
  }

  /** An empty one; takes memory as its values spread. */
  public static Sketch of(Scale scale) {
    var histogram = new IntCountsHistogram(scale.digits);
    histogram.setAutoResize(true);
    return new Sketch(scale, histogram);
  }

  /** Counts {@code value}, which may be infinite; one beyond the scale counts at its end. */
  public void record(double value) {
    if (!(value >= 0)) {
      throw new IllegalArgumentException("value: %s (expected: >= 0)".formatted(value));
    }
    // Rounded up, so that only a zero counts as one.
    histogram.recordValue((long) Math.ceil(scaled(value)));
  }

  /** Adds what {@code other} counted. */
  public void add(Sketch other) {
    if (scale != other.scale) {
      throw new IllegalArgumentException("scale: %s (expected: %s)".formatted(other.scale, scale));
    }
    histogram.add(other.histogram);
  }

  /** One of its own with the same counts. */
  public Sketch copy() {
    return new Sketch(scale, histogram.copy());
  }

  public long samples() {
    return histogram.getTotalCount();
  }

  /** Values that are above {@code bound}, or may have been before they were rounded. */
  public long countAbove(double bound) {
    return countFrom(histogram.lowestEquivalentValue((long) scaled(bound) + 1));
  }

  /** Values that are above {@code bound} however they were rounded. */
  public long countSurelyAbove(double bound) {
    var least = (long) Math.ceil(scaled(bound)) + 1;
    return countFrom(
        histogram.lowestEquivalentValue(least) == least
            ? least
            : histogram.nextNonEquivalentValue(least));
  }

  /** What the value of {@code rank}, counted from 1 in growing order, is at least. */
  public double lowestAt(long rank) {
    return Math.max(0, histogram.lowestEquivalentValue(counted(rank)) - 1) / scale.perUnit;
  }

  /**
   * What the value of {@code rank}, counted from 1 in growing order, is at most; infinite at the
   * end of the scale.
   */
  public double highestAt(long rank) {
    var counted = counted(rank);
    return isAtEnd(counted)
        ? Double.POSITIVE_INFINITY
        : histogram.highestEquivalentValue(counted) / scale.perUnit;
  }

  /**
   * The {@code share} quantile, in the middle of its step; infinite at the end of the scale, NaN of
   * nothing.
   */
  public double quantile(double share) {
    if (samples() == 0) {
      return Double.NaN;
    }
    var rank = Math.clamp((long) Math.ceil(share * samples()), 1, samples());
    var counted = counted(rank);
    return isAtEnd(counted)
        ? Double.POSITIVE_INFINITY
        : histogram.medianEquivalentValue(counted) / scale.perUnit;
  }

  /** Largest value, to its digits; NaN of nothing. */
  public double max() {
    return samples() == 0 ? Double.NaN : histogram.getMaxValue() / scale.perUnit;
  }

  /** Mean of the rounded values; NaN of nothing. */
  public double mean() {
    return samples() == 0 ? Double.NaN : histogram.getMean() / scale.perUnit;
  }

  /** Bytes it takes. */
  public int byteSize() {
    return histogram.getEstimatedFootprintInBytes();
  }

  private long counted(long rank) {
    if (rank < 1 || rank > samples()) {
      throw new IllegalArgumentException("rank: %d (expected: 1 to %d)".formatted(rank, samples()));
    }
    // Half a rank lower, so that no rounding of the share reaches the next one.
    return histogram.getValueAtPercentile(100 * (rank - 0.5) / samples());
  }

  private boolean isAtEnd(long counted) {
    return counted >= histogram.lowestEquivalentValue(scale.highest);
  }

  private long countFrom(long least) {
    return samples() == 0 || least > histogram.getMaxValue()
        ? 0
        : histogram.getCountBetweenValues(least, histogram.getMaxValue());
  }

  private double scaled(double value) {
    return Math.min(scale.highest, value * scale.perUnit);
  }
}
