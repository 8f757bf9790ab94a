package dev.weft.gateway.metrics;

import dev.weft.fabric.manifest.Lane;
import dev.weft.gateway.word.Words;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.concurrent.locks.StampedLock;

/**
 * The series with a tenant in their labels, of a bounded number: the counts of a tenant that gives
 * its label up are added to those of all others, so that sums stay right. Threadsafe.
 *
 * <p>Whoever counts never waits: while labels change hands, a frame counts among the others.
 */
final class TenantSeries {

  private static final String TENANT = "tenant";

  private final HeaviestTenants heaviest;
  private final Counter frames;
  private final Durations durations;
  private final StampedLock lock = new StampedLock();

  /**
   * @param tenantsMax most tenants with a label of their own
   */
  TenantSeries(PrometheusRegistry registry, int tenantsMax) {
    this.heaviest = new HeaviestTenants(tenantsMax);
    this.frames =
        Counter.builder()
            .name("weft_frames_total")
            .help("Frames answered, by what became of them and why.")
            .labelNames("pipeline", "lane", TENANT, "outcome", "reason")
            .withoutExemplars()
            .register(registry);
    this.durations =
        Durations.register(
            registry,
            "weft_tenant_frame_duration_seconds",
            "Time from admission to the answer, by tenant.",
            TENANT);
  }

  /**
   * @param nanos from admission to the answer; negative if it was never let in
   */
  void answered(
      String pipeline, Lane lane, String tenant, String outcome, String reason, long nanos) {
    var stamp = lock.tryReadLock();
    try {
      var label = stamp == 0 && !tenant.isEmpty() ? HeaviestTenants.OTHER : heaviest.label(tenant);
      frames.labelValues(pipeline, Words.of(lane), label, outcome, reason).inc();
      if (nanos >= 0) {
        durations.of(label).observe(nanos);
      }
    } finally {
      if (stamp != 0) {
        lock.unlockRead(stamp);
      }
    }
  }

  /** Gives labels to tenants that have become the heavier ones. */
  void settle() {
    var stamp = lock.writeLock();
    try {
      for (var change = heaviest.replaceOne(); change.isPresent(); change = heaviest.replaceOne()) {
        fold(change.get().tenant());
      }
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  private void fold(String tenant) {
    for (var point : frames.collect().getDataPoints()) {
      var labels = point.getLabels();
      if (tenant.equals(labels.get(TENANT))) {
        frames.labelValues(values(labels, HeaviestTenants.OTHER)).inc(point.getValue());
        frames.remove(values(labels, tenant));
      }
    }
    durations.remove(tenant).ifPresent(cell -> durations.of(HeaviestTenants.OTHER).add(cell));
  }

  private static String[] values(Labels labels, String tenant) {
    return new String[] {
      labels.get("pipeline"),
      labels.get("lane"),
      tenant,
      labels.get("outcome"),
      labels.get("reason")
    };
  }
}
