package dev.weft.gateway.metrics;

import dev.weft.gateway.access.Denial;
import dev.weft.gateway.access.Refusals;
import dev.weft.gateway.word.Words;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** How many callers were turned away, and why. */
final class AccessCounts {

  private AccessCounts() {}

  static void register(Refusals refusals, PrometheusRegistry registry) {
    CounterWithCallback.builder()
        .name("weft_access_denied_total")
        .help("Requests turned away because of who sent them, by reason.")
        .labelNames("reason")
        .callback(
            told -> {
              for (var denial : Denial.values()) {
                told.call(refusals.count(denial), Words.of(denial));
              }
            })
        .register(registry);
  }
}
