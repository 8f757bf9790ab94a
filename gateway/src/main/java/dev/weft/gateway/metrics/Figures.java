package dev.weft.gateway.metrics;

import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Figures of what runs beside the server, for the same page. */
@FunctionalInterface
public interface Figures {

  /** No more figures. */
  Figures NONE = _ -> {};

  /** Adds them; called once. What is registered is read when the page is asked for. */
  void register(PrometheusRegistry registry);
}
