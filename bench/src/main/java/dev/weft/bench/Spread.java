package dev.weft.bench;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/** What several rounds gave: the middle, and the quartiles around it. */
record Spread(double low, double median, double high) {

  /**
   * @param rounds at least one value, in any order
   */
  static Spread of(double... rounds) {
    if (rounds.length == 0) {
      throw new IllegalArgumentException("rounds: none (expected: at least one)");
    }
    var sorted = rounds.clone();
    Arrays.sort(sorted);
    return new Spread(quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75));
  }

  static Spread of(Collection<Double> rounds) {
    return of(rounds.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** Linear between the two nearest ranks. */
  private static double quantile(double[] sorted, double share) {
    var rank = share * (sorted.length - 1);
    var below = (int) rank;
    var above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
  }

  /** The quartiles, for example {@code 1.012 to 1.034}. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%s to %s", Numbers.plain(low), Numbers.plain(high));
  }
}
