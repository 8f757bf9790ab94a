package dev.weft.app.demo;

import java.time.Duration;
import java.util.List;

/**
 * How long answers took, with the nearest-rank percentile.
 *
 * @param sorted ascending, at least one
 */
record Latencies(List<Duration> sorted) {

  Latencies {
    sorted = sorted.stream().sorted().toList();
    if (sorted.isEmpty()) {
      throw new IllegalArgumentException("latencies: none (expected: at least one)");
    }
  }

  /**
   * @param share in (0, 1], for example 0.95
   */
  Duration quantile(double share) {
    var rank = (int) Math.ceil(share * sorted.size());
    return sorted.get(Math.clamp(rank, 1, sorted.size()) - 1);
  }
}
