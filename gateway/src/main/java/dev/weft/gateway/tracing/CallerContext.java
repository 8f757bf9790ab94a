package dev.weft.gateway.tracing;

import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the trace that a request belongs to. What is not as the specification says is as if it were
 * not there: a request is never refused for it.
 */
enum CallerContext implements TextMapGetter<TraceHeaders> {
  INSTANCE;

  /** The caller's span; the root if it names none. */
  static Context of(TraceHeaders headers) {
    return W3CTraceContextPropagator.getInstance().extract(Context.root(), headers, INSTANCE);
  }

  @Override
  public Iterable<String> keys(TraceHeaders headers) {
    return List.of(TraceHeaders.TRACEPARENT, TraceHeaders.TRACESTATE);
  }

  @Override
  public @Nullable String get(@Nullable TraceHeaders headers, String key) {
    if (headers == null) {
      return null;
    }
    var values = headers.all(key);
    if (values.isEmpty()) {
      return null;
    }
    if (key.equals(TraceHeaders.TRACESTATE)) {
      return String.join(",", values);
    }
    // Of two parents none can be believed.
    return values.size() == 1 ? values.getFirst() : null;
  }
}
