package dev.weft.stages.calibration;

/**
 * The threshold that keeps most of a distribution when it is written in bytes: the one with the
 * least Kullback-Leibler divergence between what was seen, clipped to the threshold, and the same
 * in 255 levels. Source: Migacz, "8-bit Inference with TensorRT", GTC 2017.
 */
final class Entropy {

  private static final int LEVELS = 255;
  private static final int STEP = 8;

  private Entropy() {}

  /**
   * Bins to each side of the middle that are within the threshold.
   *
   * @param counts of an even number of bins, zero in their middle
   */
  static int threshold(long[] counts) {
    var middle = counts.length / 2;
    var best = middle;
    var least = Double.POSITIVE_INFINITY;
    for (var half = LEVELS / 2 + 1; half <= middle; half += STEP) {
      var divergence = divergence(counts, middle - half, middle + half);
      if (divergence < least) {
        least = divergence;
        best = half;
      }
    }
    return best;
  }

  /** Of the bins from {@code from} to before {@code to}, what is beyond them added to the ends. */
  private static double divergence(long[] counts, int from, int to) {
    var seen = new double[to - from];
    var total = 0.0;
    for (var bin = 0; bin < counts.length; bin++) {
      seen[Math.clamp(bin, from, to - 1) - from] += counts[bin];
      total += counts[bin];
    }
    var written = written(counts, from, to);
    var writtenTotal = 0.0;
    for (var each : written) {
      writtenTotal += each;
    }
    if (total == 0 || writtenTotal == 0) {
      return Double.POSITIVE_INFINITY;
    }
    var divergence = 0.0;
    for (var bin = 0; bin < seen.length; bin++) {
      if (seen[bin] > 0) {
        // An empty bin stands for one that is hardly ever hit.
        var there = Math.max(written[bin], 1e-4) / writtenTotal;
        divergence += seen[bin] / total * Math.log(seen[bin] / total / there);
      }
    }
    return divergence;
  }

  /** The bins after all of one level were made alike: those that held something share its count. */
  private static double[] written(long[] counts, int from, int to) {
    var width = to - from;
    var written = new double[width];
    for (var level = 0; level < LEVELS; level++) {
      var first = level * width / LEVELS;
      var end = (level + 1) * width / LEVELS;
      var sum = 0L;
      var filled = 0;
      for (var bin = first; bin < end; bin++) {
        sum += counts[from + bin];
        filled += counts[from + bin] > 0 ? 1 : 0;
      }
      for (var bin = first; bin < end; bin++) {
        written[bin] = counts[from + bin] > 0 ? (double) sum / filled : 0;
      }
    }
    return written;
  }
}
