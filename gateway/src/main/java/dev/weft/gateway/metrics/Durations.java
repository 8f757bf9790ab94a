package dev.weft.gateway.metrics;

import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Histograms of one name, by the values of their labels. Who observes never waits. Threadsafe. */
final class Durations implements Collector {

  private final MetricMetadata metadata;
  private final List<String> labels;
  private final Map<List<String>, DurationCell> cells = new ConcurrentHashMap<>();

  private Durations(String name, String help, List<String> labels) {
    this.metadata = new MetricMetadata(name, help, Unit.SECONDS);
    this.labels = labels;
  }

  /**
   * @param name ends in the unit, which is seconds
   */
  static Durations register(
      PrometheusRegistry registry, String name, String help, String... labels) {
    var durations = new Durations(name, help, List.of(labels));
    registry.register(durations);
    return durations;
  }

  /** The histogram with these values, in the order of the labels. */
  DurationCell of(String... values) {
    var key = List.of(values);
    var known = cells.get(key);
    return known == null ? cells.computeIfAbsent(key, _ -> new DurationCell()) : known;
  }

  Optional<DurationCell> remove(String... values) {
    return Optional.ofNullable(cells.remove(List.of(values)));
  }

  @Override
  public String getPrometheusName() {
    return metadata.getPrometheusName();
  }

  @Override
  public MetricSnapshot collect() {
    return new HistogramSnapshot(
        metadata,
        cells.entrySet().stream()
            .map(each -> each.getValue().snapshot(Labels.of(labels, each.getKey())))
            .toList());
  }
}
