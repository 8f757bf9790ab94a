package dev.weft.gateway.http;

import dev.weft.gateway.http.Inference.Asked;
import dev.weft.gateway.tracing.Call;
import dev.weft.gateway.tracing.RequestSpan;
import dev.weft.gateway.tracing.TraceHeaders;
import dev.weft.gateway.tracing.Tracing;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;

/** The trace of a request over HTTP: in its headers, and in those of its answer. */
final class SpanHeaders {

  private static final HeaderName TRACEPARENT = HeaderNames.create(TraceHeaders.TRACEPARENT);
  private static final HeaderName TRACESTATE = HeaderNames.create(TraceHeaders.TRACESTATE);

  private SpanHeaders() {}

  /** Begins the span of an inference, and tells in the answer where it is found. */
  static RequestSpan begin(
      Tracing tracing, Asked asked, ServerRequest request, ServerResponse response) {
    var span = tracing.begin(name -> all(request, name), asked.model(), () -> call(asked, request));
    span.traceparent().ifPresent(value -> response.header(TRACEPARENT, value));
    return span;
  }

  private static List<String> all(ServerRequest request, String name) {
    var header = name.equals(TraceHeaders.TRACEPARENT) ? TRACEPARENT : TRACESTATE;
    var headers = request.headers();
    return headers.contains(header) ? headers.get(header).allValues() : List.of();
  }

  private static Call call(Asked asked, ServerRequest request) {
    return new Call.Http(
        request.prologue().method().text(),
        request.path().path(),
        asked.route(),
        request.isSecure() ? "https" : "http");
  }
}
