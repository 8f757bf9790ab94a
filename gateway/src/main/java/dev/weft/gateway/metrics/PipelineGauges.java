package dev.weft.gateway.metrics;

import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.pipeline.PipelineCounters;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.function.ToLongFunction;

/** What pipelines count themselves, read when it is asked for. */
final class PipelineGauges {

  private static final String PIPELINE = "pipeline";

  private final Weft weft;

  private PipelineGauges(Weft weft) {
    this.weft = weft;
  }

  static void register(Weft weft, PrometheusRegistry registry) {
    new PipelineGauges(weft).register(registry);
  }

  private void register(PrometheusRegistry registry) {
    GaugeWithCallback.builder()
        .name("weft_frames_in_flight")
        .help("Frames inside now.")
        .labelNames(PIPELINE)
        .callback(told -> weft.pipelines().forEach(one -> told.call(one.inFlight(), one.name())))
        .register(registry);
    CounterWithCallback.builder()
        .name("weft_stale_answers_total")
        .help("Callers who were given an earlier answer, in place of one of their frame's own.")
        .labelNames(PIPELINE)
        .callback(
            told ->
                weft.pipelines().forEach(one -> told.call(one.counters().staleCount(), one.name())))
        .register(registry);
    followers(registry, "weft_shadow_runs", "Runs in the shadow", PipelineCounters::shadow);
    followers(
        registry, "weft_deferred_runs", "Runs of what was put off", PipelineCounters::deferred);
    GaugeWithCallback.builder()
        .name("weft_shadow_coverage_ratio")
        .help("Runs in the shadow that completed, of all offered since the start.")
        .labelNames(PIPELINE)
        .callback(this::coverage)
        .register(registry);
    work(
        registry,
        "weft_work_seconds_total",
        "Time stages ran, by what for.",
        PipelineCounters::workedNanos);
    work(
        registry,
        "weft_wasted_work_seconds_total",
        "Of the work, that for frames answered before the run ended.",
        PipelineCounters::wastedNanos);
  }

  private interface Kind {
    PipelineCounters of(PipelineCounters counters);
  }

  private void followers(PrometheusRegistry registry, String name, String what, Kind kind) {
    CounterWithCallback.builder()
        .name(name + "_offered_total")
        .help(what + " that were to be.")
        .labelNames(PIPELINE)
        .callback(
            told ->
                weft.pipelines()
                    .forEach(one -> told.call(kind.of(one.counters()).offeredCount(), one.name())))
        .register(registry);
    CounterWithCallback.builder()
        .name(name + "_total")
        .help(what + " that ended, by what became of them.")
        .labelNames(PIPELINE, "outcome")
        .callback(
            told -> {
              for (var one : weft.pipelines()) {
                var counters = kind.of(one.counters());
                told.call(counters.completedCount(), one.name(), "completed");
                told.call(counters.droppedCount(), one.name(), "dropped");
                told.call(counters.failedCount(), one.name(), "failed");
              }
            })
        .register(registry);
  }

  private void coverage(GaugeWithCallback.Callback told) {
    for (var one : weft.pipelines()) {
      var shadow = one.counters().shadow();
      var completed = shadow.completedCount();
      var offered = shadow.offeredCount();
      if (offered > 0) {
        told.call((double) completed / offered, one.name());
      }
    }
  }

  private void work(
      PrometheusRegistry registry,
      String name,
      String help,
      ToLongFunction<PipelineCounters> nanos) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(PIPELINE, "kind")
        .callback(
            told -> {
              for (var one : weft.pipelines()) {
                var counters = one.counters();
                Map.of(
                        "frame", counters,
                        "deferred", counters.deferred(),
                        "shadow", counters.shadow())
                    .forEach(
                        (kind, of) ->
                            told.call(Buckets.seconds(nanos.applyAsLong(of)), one.name(), kind));
              }
            })
        .register(registry);
  }
}
