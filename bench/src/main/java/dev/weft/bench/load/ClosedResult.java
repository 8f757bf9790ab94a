package dev.weft.bench.load;

import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What became of a closed load.
 *
 * @param waits for each completed call, in nanoseconds
 * @param refusals for each call that did not complete, in nanoseconds
 * @param slowestNanos each caller's longest wait for a call that completed
 */
public record ClosedResult(
    Histogram waits, Histogram refusals, List<Long> slowestNanos, long measuredNanos) {

  public ClosedResult {
    slowestNanos = List.copyOf(slowestNanos);
  }

  public int callers() {
    return slowestNanos.size();
  }

  public double perSecond() {
    return completedCount() * 1e9 / measuredNanos;
  }

  public long completedCount() {
    return waits.getTotalCount();
  }

  public long refusedCount() {
    return refusals.getTotalCount();
  }

  /** The longest single wait of any caller, in seconds; 0 if no call completed. */
  public double slowestSeconds() {
    return slowestNanos.stream().mapToLong(Long::longValue).max().orElse(0) / 1e9;
  }

  /** The longest that a refusal took, in seconds; 0 if there was none. */
  public double slowestRefusalSeconds() {
    return refusals.getMaxValue() / 1e9;
  }
}
