package dev.weft.gateway.tracing;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Quality;
import dev.weft.fabric.pipeline.Skipped;
import dev.weft.fabric.pipeline.Timings;
import dev.weft.fabric.pipeline.Timings.StepTiming;
import dev.weft.gateway.error.ErrorAnswer;
import dev.weft.gateway.word.Words;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A request that is traced: a span of its own, with an event for each step that did not run, and
 * below it a span for each step that ran, from ready to done, by what its answer tells.
 */
final class TracedRequest implements RequestSpan {

  /** Of a request whose model is not known. */
  static final String NAME = "infer";

  /** Why there is an error although nothing was refused: nobody was there to take the answer. */
  private static final String UNDELIVERED = "undelivered";

  private static final int SERVER_ERROR = 500;
  private static final int HTTP_OK = 200;
  private static final int RPC_OK = 0;
  private static final double NANOS = 1e9;

  private final Tracer tracer;
  private final Span span;
  private final Timeline timeline;
  private final Call call;
  private long submittedAt;
  private long answeredAt;
  private Timings timings = Timings.none();
  private List<Skipped> skipped = List.of();
  private List<Quality.Degraded> degraded = List.of();
  private String outcome = "refused";
  private String error = UNDELIVERED;
  private boolean isOver;

  TracedRequest(Tracer tracer, Span span, Timeline timeline, Call call) {
    this.tracer = tracer;
    this.span = span;
    this.timeline = timeline;
    this.call = call;
    switch (call) {
      case Call.Http(var method, var path, var route, var scheme) ->
          span.setAttribute(Names.HTTP_METHOD, method)
              .setAttribute(Names.URL_PATH, path)
              .setAttribute(Names.HTTP_ROUTE, route)
              .setAttribute(Names.URL_SCHEME, scheme);
      case Call.Rpc(var service, var method) ->
          span.setAttribute(Names.RPC_SYSTEM, "grpc")
              .setAttribute(Names.RPC_SERVICE, service)
              .setAttribute(Names.RPC_METHOD, method);
    }
  }

  @Override
  public Optional<String> traceparent() {
    var context = span.getSpanContext();
    return Optional.of(
        "00-%s-%s-%s"
            .formatted(context.getTraceId(), context.getSpanId(), context.getTraceFlags().asHex()));
  }

  @Override
  public void submitted(String pipeline, Lane lane, Optional<String> tenant) {
    submittedAt = timeline.now();
    span.updateName(NAME + " " + pipeline);
    span.setAttribute(Names.PIPELINE, pipeline).setAttribute(Names.LANE, lane.word());
    tenant.ifPresent(name -> span.setAttribute(Names.TENANT, name));
  }

  @Override
  public void answered(Answer answer, Optional<String> frame) {
    answeredAt = timeline.now();
    timings = answer.timings();
    frame.ifPresent(id -> span.setAttribute(Names.FRAME, id));
    outcome =
        switch (answer) {
          case Answer.Completed completed when completed.quality().stale().isPresent() -> {
            span.setAttribute(Names.STALE, seconds(completed.quality().stale().get()));
            yield "stale";
          }
          case Answer.Completed completed -> {
            // Not the whole of it: what is deferred holds on to its frame.
            skipped = completed.quality().skipped();
            degraded = completed.quality().degraded();
            yield "completed";
          }
          case Answer.Dropped _ -> "dropped";
          case Answer.Failed _ -> "failed";
        };
  }

  @Override
  public void refused(ErrorAnswer refusal) {
    error = refusal.code();
    status(refusal.status(), refusal.rpc().number());
    if (refusal.status() >= SERVER_ERROR) {
      span.setStatus(StatusCode.ERROR, refusal.message());
    }
  }

  @Override
  public void delivered() {
    error = "";
    status(HTTP_OK, RPC_OK);
  }

  private void status(int http, int rpc) {
    switch (call) {
      case Call.Http _ -> span.setAttribute(Names.HTTP_STATUS, http);
      case Call.Rpc _ -> span.setAttribute(Names.RPC_STATUS, rpc);
    }
  }

  @Override
  public void close() {
    if (isOver) {
      return;
    }
    isOver = true;
    span.setAttribute(Names.OUTCOME, outcome);
    if (!error.isEmpty()) {
      span.setAttribute(Names.ERROR_TYPE, error);
    }
    skipped.forEach(this::leftOut);
    var parent = Context.root().with(span);
    timings.steps().forEach(step -> ran(step, parent));
    span.end(timeline.now(), TimeUnit.NANOSECONDS);
  }

  private void leftOut(Skipped step) {
    var isLater = step.reason() == Skipped.Reason.DEFERRED;
    var attributes =
        Attributes.builder()
            .put(Names.STEP, step.step())
            .put(Names.REASON, Words.of(step.reason()));
    step.flag()
        .ifPresent(flag -> attributes.put(Names.FLAG, flag.name()).put(Names.RULE, flag.why()));
    span.addEvent(
        isLater ? "step deferred" : "step skipped",
        attributes.build(),
        answeredAt,
        TimeUnit.NANOSECONDS);
  }

  private void ran(StepTiming step, Context parent) {
    var started = submittedAt + step.started().toNanos();
    var child =
        tracer
            .spanBuilder("step " + step.step())
            .setParent(parent)
            .setStartTimestamp(started - step.queued().toNanos(), TimeUnit.NANOSECONDS)
            .setAttribute(Names.STEP, step.step())
            .setAttribute(Names.STAGE, step.stage())
            .setAttribute(Names.VARIANT, step.variant())
            .setAttribute(Names.QUEUED, seconds(step.queued()))
            .setAttribute(Names.RAN, seconds(step.ran()))
            .setAttribute(Names.BATCH_SIZE, step.batch().size())
            .startSpan();
    if (degraded.stream().anyMatch(each -> each.step().equals(step.step()))) {
      child.setAttribute(Names.IS_DEGRADED, true);
    }
    child.addEvent("run started", started, TimeUnit.NANOSECONDS);
    child.end(started + step.ran().toNanos(), TimeUnit.NANOSECONDS);
  }

  private static double seconds(Duration time) {
    return time.toNanos() / NANOS;
  }
}
