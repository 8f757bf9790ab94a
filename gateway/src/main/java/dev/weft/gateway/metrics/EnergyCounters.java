package dev.weft.gateway.metrics;

import dev.weft.gateway.energy.Energy;
import dev.weft.gateway.word.Words;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** What work took of the machine's energy. */
final class EnergyCounters {

  private EnergyCounters() {}

  static void register(Energy energy, PrometheusRegistry registry) {
    CounterWithCallback.builder()
        .name("weft_energy_joules_total")
        .help("Energy that stages took, by what for and by how it is known.")
        .labelNames("pipeline", "kind", "source")
        .callback(
            told ->
                energy
                    .joules()
                    .forEach(
                        (use, joules) ->
                            told.call(
                                joules, use.pipeline(), use.kind(), Words.of(energy.source()))))
        .register(registry);
  }
}
