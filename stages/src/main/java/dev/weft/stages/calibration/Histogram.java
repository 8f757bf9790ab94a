package dev.weft.stages.calibration;

import dev.weft.stages.tensor.Shape;

/** How often numbers were seen, in {@value #BINS} bins of equal width about zero. */
final class Histogram implements Observer {

  static final int BINS = 2048;

  private final Range extremes;
  private final float peak;
  private final long[] counts = new long[BINS];

  /**
   * @param extremes all that will be seen
   */
  Histogram(Range extremes) {
    this.extremes = extremes;
    this.peak = Math.max(-extremes.low(), extremes.high());
  }

  @Override
  public void observe(float[] values, Shape shape) {
    for (var value : values) {
      counts[bin(value)]++;
    }
  }

  private int bin(float value) {
    if (peak == 0) {
      return BINS / 2;
    }
    return Math.clamp((int) ((value / peak + 1) * (BINS / 2)), 0, BINS - 1);
  }

  Range extremes() {
    return extremes;
  }

  /** Counts from minus the peak to the peak; not to be changed. */
  long[] counts() {
    return counts;
  }

  /** The range that leaves out at most this share of numbers on each side. */
  Range without(double share) {
    var left = (long) (total() * share);
    var first = 0;
    for (var seen = 0L; first < BINS / 2 && seen + counts[first] <= left; first++) {
      seen += counts[first];
    }
    var last = BINS - 1;
    for (var seen = 0L; last > BINS / 2 && seen + counts[last] <= left; last--) {
      seen += counts[last];
    }
    return clipped(edge(first), edge(last + 1));
  }

  /** The extremes, but not beyond this many bins to each side of zero. */
  Range within(int bins) {
    return clipped(edge(BINS / 2 - bins), edge(BINS / 2 + bins));
  }

  private Range clipped(float low, float high) {
    return Range.over(Math.max(low, extremes.low()), Math.min(high, extremes.high()));
  }

  private float edge(int bin) {
    return peak * (2f * bin / BINS - 1);
  }

  private long total() {
    var total = 0L;
    for (var count : counts) {
      total += count;
    }
    return total;
  }
}
