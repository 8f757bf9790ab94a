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
   * @param refusedCount calls that did not complete
   */
  public record Caller(Histogram waiting, long refusedCount) {

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
    return callers.stream().mapToLong(Caller::refusedCount).sum();
  }

  /** The caller with the longest single wait. */
  public Caller slowest() {
    return callers.stream().max(Comparator.comparingDouble(Caller::slowestSeconds)).orElseThrow();
  }

  /** All callers' waits. */
  public Histogram waits() {
    var all = new Histogram(callers.getFirst().waiting());
    callers.forEach(caller -> all.add(caller.waiting()));
    return all;
  }
}
