package dev.weft.gateway.metrics;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.AnswerObserver;
import dev.weft.fabric.pipeline.Timings;
import dev.weft.gateway.word.Words;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Counts and times of answers, by what the answers themselves tell. Never waits. Threadsafe. */
final class FrameMetrics implements AnswerObserver {

  private static final String COMPLETED = "completed";
  private static final String DROPPED = "dropped";
  private static final String FAILED = "failed";

  private final TenantSeries tenants;
  private final Durations durations;
  private final Durations runs;
  private final Durations waits;
  private final Counter skipped;
  private final Counter degraded;

  FrameMetrics(PrometheusRegistry registry, TenantSeries tenants) {
    this.tenants = tenants;
    this.durations =
        Durations.register(
            registry,
            "weft_frame_duration_seconds",
            "Time from admission to the answer.",
            "pipeline",
            "lane");
    this.runs =
        Durations.register(
            registry,
            "weft_step_run_seconds",
            "Time a step ran, together with all that shared the run.",
            "pipeline",
            "step",
            "stage",
            "variant");
    this.waits =
        Durations.register(
            registry,
            "weft_step_wait_seconds",
            "Time a step waited from ready to started.",
            "pipeline",
            "step",
            "stage",
            "variant");
    this.skipped =
        Counter.builder()
            .name("weft_steps_skipped_total")
            .help("Steps that did not run in a completed frame, by reason.")
            .labelNames("pipeline", "step", "reason")
            .withoutExemplars()
            .register(registry);
    this.degraded =
        Counter.builder()
            .name("weft_steps_degraded_total")
            .help("Steps of completed frames that a cheaper variant ran because of load.")
            .labelNames("pipeline", "step", "variant")
            .withoutExemplars()
            .register(registry);
  }

  @Override
  public void answered(String pipeline, Lane lane, String tenant, Answer answer) {
    var timings = answer.timings();
    var isRefused = timings == Timings.none();
    var nanos = isRefused ? -1 : timings.total().toNanos();
    switch (answer) {
      case Answer.Completed completed -> {
        tenants.answered(pipeline, lane, tenant, COMPLETED, "", nanos);
        lacks(pipeline, completed);
      }
      case Answer.Dropped(var reason, _, _, _) ->
          tenants.answered(pipeline, lane, tenant, DROPPED, Words.of(reason), nanos);
      case Answer.Failed(var code, _, _) ->
          tenants.answered(pipeline, lane, tenant, FAILED, Words.of(code), nanos);
    }
    if (isRefused) {
      return;
    }
    durations.of(pipeline, Words.of(lane)).observe(nanos);
    timings.eachRun(
        (step, stage, variant, queuedNanos, ranNanos) -> {
          runs.of(pipeline, step, stage, variant).observe(ranNanos);
          waits.of(pipeline, step, stage, variant).observe(queuedNanos);
        });
  }

  private void lacks(String pipeline, Answer.Completed completed) {
    for (var each : completed.quality().skipped()) {
      skipped.labelValues(pipeline, each.step(), Words.of(each.reason())).inc();
    }
    for (var each : completed.quality().degraded()) {
      degraded.labelValues(pipeline, each.step(), each.variant()).inc();
    }
  }
}
