package dev.weft.bench.load;

import java.util.Comparator;
import java.util.List;
import org.HdrHistogram.Histogram;

/** What became of a closed load. */
public record ClosedResult(List<Caller> callers, long measuredNanos) {

  /**
   * What one caller saw.
   *
   * @param waiting for each completed call, in nanoseconds
   * @param refused for each call that did not complete, in nanoseconds
   */
  public record Caller(Histogram waiting, Histogram refused) {

    public double slowestSeconds() {
      return waiting.getMaxValue() / 1e9;
    }
  }

  public ClosedResult {
    callers = List.copyOf(callers);
  }

  public double perSecond() {
    return completedCount() * 1e9 / measuredNanos;
  }

  public long completedCount() {
    return callers.stream().mapToLong(caller -> caller.waiting().getTotalCount()).sum();
  }

  public long refusedCount() {
    return callers.stream().mapToLong(caller -> caller.refused().getTotalCount()).sum();
  }

  /** The caller with the longest single wait. */
  public Caller slowest() {
    return callers.stream().max(Comparator.comparingDouble(Caller::slowestSeconds)).orElseThrow();
  }

  /** The longest that a refusal took, in seconds; 0 if there was none. */
  public double slowestRefusalSeconds() {
    return callers.stream().mapToLong(caller -> caller.refused().getMaxValue()).max().orElse(0)
        / 1e9;
  }

  /** All callers' waits. */
  public Histogram waits() {
    var all = new Histogram(callers.getFirst().waiting());
    callers.forEach(caller -> all.add(caller.waiting()));
    return all;
  }
}
