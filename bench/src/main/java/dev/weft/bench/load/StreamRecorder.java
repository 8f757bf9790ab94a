package dev.weft.bench.load;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** Keeps the books of one stream. Threadsafe. */
final class StreamRecorder {

  private static final long LATENCY_NANOS_MAX = 600_000_000_000L;

  private final String name;
  private final long beginNanos;
  private final long measuredNanos;
  private final Histogram latency = new Histogram(LATENCY_NANOS_MAX, 3);
  private final Map<String, Long> byReason = new HashMap<>();
  private final long[] counts = new long[Outcome.Kind.values().length];
  private final TimeSeries series;
  private long offered;
  private long inDeadline;

  /**
   * @param beginNanos start of the measured part; calls scheduled before it are not counted
   * @param graceNanos after the measured part, in which answers still count
   */
  StreamRecorder(String name, long beginNanos, long measuredNanos, long graceNanos) {
    this.name = name;
    this.beginNanos = beginNanos;
    this.measuredNanos = measuredNanos;
    this.series = TimeSeries.over(measuredNanos + graceNanos);
  }

  synchronized void offered(Call call) {
    if (counts(call)) {
      offered++;
      series.offered()[bucket(call.scheduledNanos())]++;
    }
  }

  synchronized void ended(Call call, Outcome outcome, long nowNanos) {
    if (!counts(call)) {
      return;
    }
    counts[outcome.kind().ordinal()]++;
    var bucket = bucket(nowNanos);
    switch (outcome.kind()) {
      case COMPLETED -> {
        var nanos = Math.clamp(nowNanos - call.scheduledNanos(), 0, LATENCY_NANOS_MAX);
        latency.recordValue(nanos);
        series.completed()[bucket]++;
        series.slowestNanos()[bucket] = Math.max(series.slowestNanos()[bucket], nanos);
        if (nowNanos <= call.deadlineNanos()) {
          inDeadline++;
        }
      }
      case DROPPED, FAILED -> {
        series.refused()[bucket]++;
        byReason.merge(outcome.reason(), 1L, Long::sum);
      }
      case CANCELLED -> {}
    }
  }

  /** The books as they are now; what ends later is not in them. */
  synchronized StreamResult result() {
    var completed = count(Outcome.Kind.COMPLETED);
    var dropped = count(Outcome.Kind.DROPPED);
    var failed = count(Outcome.Kind.FAILED);
    var cancelled = count(Outcome.Kind.CANCELLED);
    return new StreamResult(
        name,
        offered,
        completed,
        inDeadline,
        dropped,
        failed,
        cancelled,
        offered - completed - dropped - failed - cancelled,
        byReason,
        latency.copy(),
        series.copy(),
        measuredNanos);
  }

  /** Calls offered that have not ended. */
  synchronized long openCount() {
    return offered - Arrays.stream(counts).sum();
  }

  private long count(Outcome.Kind kind) {
    return counts[kind.ordinal()];
  }

  private boolean counts(Call call) {
    return call.scheduledNanos() >= beginNanos;
  }

  private int bucket(long nanos) {
    return Math.clamp((nanos - beginNanos) / TimeSeries.BUCKET_NANOS, 0, series.buckets() - 1);
  }
}
