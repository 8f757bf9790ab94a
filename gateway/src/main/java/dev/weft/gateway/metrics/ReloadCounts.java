package dev.weft.gateway.metrics;

import dev.weft.gateway.reload.Reloads;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** What became of changes of the files that models are served from. */
final class ReloadCounts {

  private ReloadCounts() {}

  static void register(Reloads reloads, PrometheusRegistry registry) {
    CounterWithCallback.builder()
        .name("weft_reloads_total")
        .help("Changes of the files that are served, by what became of them.")
        .labelNames("outcome")
        .callback(
            told -> {
              told.call(reloads.takenCount(), "taken");
              told.call(reloads.refusedCount(), "refused");
            })
        .register(registry);
    GaugeWithCallback.builder()
        .name("weft_reload_refused")
        .help("1 while the files that are served say something else than what runs; 0 otherwise.")
        .callback(told -> told.call(reloads.reason().isEmpty() ? 0 : 1))
        .register(registry);
  }
}
