package dev.weft.gateway.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.Exemplars;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/**
 * A histogram of durations that, unlike the client library's, can be added to another. Threadsafe;
 * only adding one to another must not run beside anything else.
 */
final class DurationCell {

  private static final double[] BOUNDS = Buckets.upperBounds();

  private final LongAdder[] counts = new LongAdder[BOUNDS.length];
  private final LongAdder nanos = new LongAdder();

  DurationCell() {
    Arrays.setAll(counts, _ -> new LongAdder());
  }

  void observe(long duration) {
    var seconds = Buckets.seconds(duration);
    var at = 0;
    while (seconds > BOUNDS[at]) {
      at++;
    }
    counts[at].increment();
    nanos.add(duration);
  }

  void add(DurationCell other) {
    for (var i = 0; i < counts.length; i++) {
      counts[i].add(other.counts[i].sum());
    }
    nanos.add(other.nanos.sum());
  }

  HistogramDataPointSnapshot snapshot(Labels labels) {
    var read = Arrays.stream(counts).mapToLong(LongAdder::sum).toArray();
    return new HistogramDataPointSnapshot(
        ClassicHistogramBuckets.of(BOUNDS, read),
        Buckets.seconds(nanos.sum()),
        labels,
        Exemplars.EMPTY,
        0);
  }
}
