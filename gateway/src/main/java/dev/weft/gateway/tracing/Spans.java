package dev.weft.gateway.tracing;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanLimits;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** OpenTelemetry's SDK, set up for the spans of one server. Threadsafe. */
final class Spans implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Spans.class.getName());

  private static final String SCOPE = "dev.weft.gateway";

  /** Longer values, which come from outside, are cut. */
  private static final int VALUE_LENGTH_MAX = 256;

  private static final Duration END_WITHIN = Duration.ofSeconds(1);

  private final TracingSettings settings;
  private final TraceRules rules;
  private final SpanOutlet outlet;
  private final SdkTracerProvider provider;
  private final Tracer tracer;

  Spans(TracingSettings settings, TraceRules rules, String version) {
    this.settings = settings;
    this.rules = rules;
    var endpoint = settings.endpoint().toString();
    var exporter = OtlpHttpSpanExporter.builder().setEndpoint(endpoint).build();
    this.outlet = new SpanOutlet(exporter, endpoint, settings.spansMax());
    this.provider =
        SdkTracerProvider.builder()
            .setResource(resource(settings.serviceName(), version))
            .setSampler(new DecidedSampler(sampler(settings.sampling())))
            .setSpanLimits(
                SpanLimits.builder().setMaxAttributeValueLength(VALUE_LENGTH_MAX).build())
            .addSpanProcessor(outlet)
            .build();
    this.tracer = provider.tracerBuilder(SCOPE).setInstrumentationVersion(version).build();
  }

  private static Resource resource(String serviceName, String version) {
    return Resource.getDefault()
        .merge(
            Resource.create(
                Attributes.of(Names.SERVICE_NAME, serviceName, Names.SERVICE_VERSION, version)));
  }

  private static Sampler sampler(Sampling sampling) {
    var root =
        switch (sampling.root()) {
          case ALWAYS_ON -> Sampler.alwaysOn();
          case ALWAYS_OFF -> Sampler.alwaysOff();
          case TRACEIDRATIO -> Sampler.traceIdRatioBased(sampling.ratio());
        };
    return sampling.isParentBased() ? Sampler.parentBased(root) : root;
  }

  SpanCounts counts() {
    return outlet.counts();
  }

  RequestSpan begin(TraceHeaders headers, Supplier<Call> call) {
    if (!rules.areByModel()) {
      return begin(headers, rules.all(), Timeline::begin, call);
    }
    var timeline = Timeline.begin();
    return new LateSpan(
        model -> begin(headers, model.map(rules::of).orElse(rules.all()), () -> timeline, call));
  }

  RequestSpan begin(TraceHeaders headers, String model, Supplier<Call> call) {
    return begin(headers, rules.of(model), Timeline::begin, call);
  }

  private RequestSpan begin(
      TraceHeaders headers, TraceRule rule, Supplier<Timeline> since, Supplier<Call> call) {
    var sampling = settings.sampling();
    var rate = rule.rate();
    var isAlone = headers.all(TraceHeaders.TRACEPARENT).isEmpty();
    if (!rule.isOn() || isAlone && rate.isEmpty() && !sampling.mayBeginTraces()) {
      return RequestSpan.none();
    }
    var parent = isAlone ? Context.root() : CallerContext.of(headers);
    var above = Span.fromContext(parent).getSpanContext();
    var isCallers = sampling.isParentBased() && above.isValid();
    if (isCallers && !above.isSampled()) {
      return RequestSpan.none(); // Taken and given back, it could be missing to another meanwhile.
    }
    if (rate.isPresent() && !isCallers) {
      if (!rate.get().isHit()) {
        return RequestSpan.none();
      }
      parent = DecidedSampler.traced(parent);
    }
    return rule.count().take()
        ? begin(parent, rule.count(), since.get(), call)
        : RequestSpan.none();
  }

  private RequestSpan begin(Context parent, Quota taken, Timeline timeline, Supplier<Call> call) {
    var span =
        tracer
            .spanBuilder(TracedRequest.NAME)
            .setSpanKind(SpanKind.SERVER)
            .setParent(parent)
            .setStartTimestamp(timeline.start(), TimeUnit.NANOSECONDS)
            .startSpan();
    if (span.isRecording()) {
      return new TracedRequest(tracer, span, timeline, call.get());
    }
    taken.giveBack();
    return RequestSpan.none();
  }

  boolean flush() {
    var within = settings.flushWithin();
    var until = System.nanoTime() + within.toNanos();
    var left = within.toNanos();
    // Asked while it still puts away the flush before, the SDK answers with that one.
    while (outlet.waiting() > 0 && left > 0) {
      provider.forceFlush().join(left, TimeUnit.NANOSECONDS);
      left = until - System.nanoTime();
    }
    var waiting = outlet.waiting();
    if (waiting > 0) {
      LOG.log(
          System.Logger.Level.WARNING,
          "{0} spans were not sent to {1} within {2}",
          waiting,
          settings.endpoint(),
          within);
    }
    return waiting == 0;
  }

  @Override
  public void close() {
    provider.shutdown().join(END_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
  }
}
