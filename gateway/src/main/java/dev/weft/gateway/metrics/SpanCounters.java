package dev.weft.gateway.metrics;

import dev.weft.gateway.tracing.SpanCounts;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** What became of spans, where requests are traced. */
final class SpanCounters {

  private SpanCounters() {}

  static void register(SpanCounts counts, PrometheusRegistry registry) {
    CounterWithCallback.builder()
        .name("weft_spans_total")
        .help("Spans of traced requests, by whether the collector has them.")
        .labelNames("outcome")
        .callback(
            told -> {
              told.call(counts.sentCount(), "sent");
              told.call(counts.droppedCount(), "dropped");
            })
        .register(registry);
  }
}
