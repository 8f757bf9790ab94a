package dev.weft.gateway.grpc;

import dev.weft.gateway.error.ErrorTable;
import dev.weft.stages.spi.ErrorCode;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;

/** Refuses calls beyond so many at once, of all connections, before their messages are read. */
final class CallLimit implements ServerInterceptor {

  private final int callsMax;

  CallLimit(int callsMax) {
    this.callsMax = callsMax;
  }

  @Override
  public <Q, A> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
    if (CallWatch.current().before() < callsMax) {
      return next.startCall(call, headers);
    }
    Refusal.close(
        call,
        ErrorTable.of(
            ErrorCode.OVERLOADED,
            "%d calls are inside (expected: try again later)".formatted(callsMax)));
    return new ServerCall.Listener<>() {};
  }
}
