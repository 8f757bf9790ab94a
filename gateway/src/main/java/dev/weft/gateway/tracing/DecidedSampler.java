package dev.weft.gateway.tracing;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.opentelemetry.sdk.trace.samplers.SamplingResult;
import java.util.List;

/**
 * Has spans made of which that was decided before, and of what is below a span of this server;
 * about all others it asks a sampler.
 *
 * @param others as configured
 */
record DecidedSampler(Sampler others) implements Sampler {

  private static final ContextKey<Boolean> IS_TRACED = ContextKey.named("weft-is-traced");

  /** The same parent, of a span that is to be made. */
  static Context traced(Context parent) {
    return parent.with(IS_TRACED, true);
  }

  @Override
  public SamplingResult shouldSample(
      Context parent,
      String traceId,
      String name,
      SpanKind kind,
      Attributes attributes,
      List<LinkData> links) {
    if (Boolean.TRUE.equals(parent.get(IS_TRACED))) {
      return SamplingResult.recordAndSample();
    }
    var above = Span.fromContext(parent).getSpanContext();
    if (above.isValid() && !above.isRemote()) {
      return above.isSampled() ? SamplingResult.recordAndSample() : SamplingResult.drop();
    }
    return others.shouldSample(parent, traceId, name, kind, attributes, links);
  }

  @Override
  public String getDescription() {
    return "Decided{" + others.getDescription() + "}";
  }
}
