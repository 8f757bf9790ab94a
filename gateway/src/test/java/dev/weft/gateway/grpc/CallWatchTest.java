package dev.weft.gateway.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.gateway.grpc.generated.GRPCInferenceServiceGrpc;
import dev.weft.gateway.grpc.generated.ModelInferRequest;
import dev.weft.gateway.grpc.generated.ModelStreamInferResponse;
import dev.weft.gateway.http.Served;
import io.grpc.Attributes;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallWatchTest {

  @Test
  void whatHasComeIsHeldUntilItIsReadOrItsCallEnds() {
    try (var watch = new CallWatch(100, 100, Duration.ofSeconds(60))) {
      var first = watch.newServerStreamTracer("m", new Metadata());
      var second = watch.newServerStreamTracer("m", new Metadata());
      assertEquals(2, watch.open());
      first.inboundWireSize(40);
      first.inboundWireSize(20);
      first.inboundMessageRead(0, 60, 60);
      second.inboundWireSize(40);
      assertEquals(100, watch.bytes());
      var refused = assertThrows(StatusRuntimeException.class, () -> second.inboundWireSize(1));
      assertEquals(Status.Code.RESOURCE_EXHAUSTED, refused.getStatus().getCode());
      second.streamClosed(refused.getStatus());
      assertEquals(60, watch.bytes());
      first.filterContext(Context.ROOT).run(CallWatch::messageRead);
      assertEquals(0, watch.bytes());
      first.inboundWireSize(100);
      first.streamClosed(Status.CANCELLED);
      assertEquals(0, watch.bytes());
      assertEquals(0, watch.open());
    }
  }

  @Test
  void answersThatAreNotTakenAreBoundedButOneAloneFindsRoom() {
    try (var watch = new CallWatch(100, 100, Duration.ofSeconds(60))) {
      var first = watch.newServerStreamTracer("m", new Metadata());
      var second = watch.newServerStreamTracer("m", new Metadata());
      assertTrue(answer(first, 1000));
      assertFalse(answer(second, 1));
      assertTrue(answer(first, 99));
      assertTrue(answer(second, 1));
      assertFalse(answer(second, 2));
      first.streamClosed(Status.OK);
      assertFalse(answer(first, 1));
      assertTrue(answer(second, 100));
      second.streamClosed(Status.OK);
      assertEquals(0, watch.bytes());
    }
  }

  private static boolean answer(ServerStreamTracer call, long size) {
    return ((CallWatch.Call) call).answer(size);
  }

  @Test
  void aMessageOfAStreamThatStallsEndsItsCallButAPauseBetweenTwoDoesNot() {
    try (var watch = new CallWatch(100, 100, Duration.ofMillis(20))) {
      var pausing = watch.newServerStreamTracer("m", new Metadata());
      var quiet = pausing.filterContext(Context.ROOT);
      pausing.serverCallStarted(STREAM);
      pausing.inboundMessage(0);
      pausing.inboundWireSize(10);
      pausing.inboundMessageRead(0, 10, 10);
      var stalling = watch.newServerStreamTracer("m", new Metadata());
      var cut = stalling.filterContext(Context.ROOT);
      stalling.serverCallStarted(STREAM);
      stalling.inboundMessage(0);
      stalling.inboundWireSize(10);
      Served.await("the stalled one is cut off", cut::isCancelled);
      assertFalse(quiet.isCancelled());
      pausing.streamClosed(Status.OK);
      stalling.streamClosed(Status.CANCELLED);
      assertEquals(0, watch.bytes());
    }
  }

  private static final ServerStreamTracer.ServerCallInfo<?, ?> STREAM =
      new ServerStreamTracer.ServerCallInfo<ModelInferRequest, ModelStreamInferResponse>() {
        @Override
        public MethodDescriptor<ModelInferRequest, ModelStreamInferResponse> getMethodDescriptor() {
          return GRPCInferenceServiceGrpc.getModelStreamInferMethod();
        }

        @Override
        public Attributes getAttributes() {
          return Attributes.EMPTY;
        }

        @Override
        public @Nullable String getAuthority() {
          return null;
        }
      };
}
