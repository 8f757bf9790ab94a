package dev.weft.bench.load;

import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * What became of one stream; offered = completed + dropped + failed + cancelled + unanswered.
 *
 * @param inDeadlineCount those of the completed that came in time
 * @param unansweredCount neither answered nor cancelled when the load had ended and its grace too
 * @param byReason how many were dropped or failed, by reason
 * @param latency of the completed ones, in nanoseconds from their scheduled arrival
 * @param measuredNanos length of the measured part
 */
public record StreamResult(
    String name,
    long offeredCount,
    long completedCount,
    long inDeadlineCount,
    long droppedCount,
    long failedCount,
    long cancelledCount,
    long unansweredCount,
    Map<String, Long> byReason,
    Histogram latency,
    TimeSeries series,
    long measuredNanos) {

  public StreamResult {
    byReason = Map.copyOf(byReason);
  }

  /** Answers in time, per second of the measured part. */
  public double goodputPerSecond() {
    return inDeadlineCount * 1e9 / measuredNanos;
  }

  /** Share of the offered calls that got no answer in time, 0 to 1; 0 if nothing was offered. */
  public double missedShare() {
    return offeredCount == 0 ? 0 : 1 - (double) inDeadlineCount / offeredCount;
  }

  /** 0 if nothing was completed. */
  public double latencyMillis(double percentile) {
    return latency.getTotalCount() == 0 ? 0 : latency.getValueAtPercentile(percentile) / 1e6;
  }

  /** For the conditions of a figure: what was offered and how it ended. */
  @Override
  public String toString() {
    return "%s: %d offered, %d in time, %d late, %d dropped or failed %s, %d cancelled, %d open"
        .formatted(
            name,
            offeredCount,
            inDeadlineCount,
            completedCount - inDeadlineCount,
            droppedCount + failedCount,
            byReason,
            cancelledCount,
            unansweredCount);
  }
}
