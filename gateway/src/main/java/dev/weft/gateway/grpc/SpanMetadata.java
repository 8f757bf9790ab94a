package dev.weft.gateway.grpc;

import dev.weft.gateway.tracing.Call;
import dev.weft.gateway.tracing.RequestSpan;
import dev.weft.gateway.tracing.TraceHeaders;
import dev.weft.gateway.tracing.Tracing;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import java.util.List;
import java.util.stream.StreamSupport;

/** The trace of a request over gRPC: in the metadata of its call, and in the trailers. */
final class SpanMetadata {

  static final Metadata.Key<String> TRACEPARENT = key(TraceHeaders.TRACEPARENT);

  private static final Metadata.Key<String> TRACESTATE = key(TraceHeaders.TRACESTATE);

  private SpanMetadata() {}

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  /** Begins the span of one inference of a call. */
  static RequestSpan begin(Tracing tracing, ServerCall<?, ?> call, Metadata headers) {
    return tracing.begin(name -> all(headers, name), () -> call(call.getMethodDescriptor()));
  }

  private static List<String> all(Metadata headers, String name) {
    var values = headers.getAll(name.equals(TraceHeaders.TRACEPARENT) ? TRACEPARENT : TRACESTATE);
    return values == null ? List.of() : StreamSupport.stream(values.spliterator(), false).toList();
  }

  private static Call call(MethodDescriptor<?, ?> method) {
    return new Call.Rpc(
        String.valueOf(method.getServiceName()), String.valueOf(method.getBareMethodName()));
  }
}
