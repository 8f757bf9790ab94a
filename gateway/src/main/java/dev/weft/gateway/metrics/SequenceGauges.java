package dev.weft.gateway.metrics;

import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.sequence.SequenceCounters;
import dev.weft.fabric.sequence.SequenceEnd;
import dev.weft.gateway.word.Words;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.BiConsumer;

/** Sequences of the pipelines that keep state, read when it is asked for. */
final class SequenceGauges {

  private static final String PIPELINE = "pipeline";

  private SequenceGauges() {}

  static void register(Weft weft, PrometheusRegistry registry) {
    GaugeWithCallback.builder()
        .name("weft_sequences")
        .help("Sequences under way now.")
        .labelNames(PIPELINE)
        .callback(told -> each(weft, (name, counters) -> told.call(counters.liveCount(), name)))
        .register(registry);
    CounterWithCallback.builder()
        .name("weft_sequences_started_total")
        .help("Sequences that began.")
        .labelNames(PIPELINE)
        .callback(told -> each(weft, (name, counters) -> told.call(counters.startedCount(), name)))
        .register(registry);
    CounterWithCallback.builder()
        .name("weft_sequences_ended_total")
        .help("Sequences whose state is gone, by why.")
        .labelNames(PIPELINE, "reason")
        .callback(
            told ->
                each(
                    weft,
                    (name, counters) -> {
                      for (var why : SequenceEnd.values()) {
                        told.call(counters.endedCount(why), name, Words.of(why));
                      }
                    }))
        .register(registry);
  }

  private static void each(Weft weft, BiConsumer<String, SequenceCounters> told) {
    weft.pipelines()
        .forEach(
            pipeline ->
                pipeline
                    .sequenceCounters()
                    .ifPresent(counters -> told.accept(pipeline.name(), counters)));
  }
}
