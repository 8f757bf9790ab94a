package dev.weft.gateway.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.rpc.RetryInfo;
import dev.weft.gateway.grpc.generated.GRPCInferenceServiceGrpc;
import dev.weft.gateway.grpc.generated.InferParameter;
import dev.weft.gateway.grpc.generated.ModelInferRequest;
import dev.weft.gateway.grpc.generated.ModelInferResponse;
import dev.weft.gateway.grpc.generated.ServerLiveRequest;
import dev.weft.gateway.grpc.generated.ServerReadyRequest;
import dev.weft.gateway.http.HeldFactory;
import dev.weft.gateway.http.Served;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Codec;
import io.grpc.CompressorRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What does not go well over a real connection; each leaves nothing behind. */
class CallFailureTest {

  /** A body of 64 KiB at most. */
  private static final String SMALL = "gateway { body = 64KiB, json = 16KiB }";

  @TempDir private Path folder = Path.of("");

  @Test
  void theSoonerOfTheCallsDeadlineAndTheTimeoutOfTheRequestHolds() throws Exception {
    try (var called = Called.overSocket(folder, "")) {
      var timeout = InferParameter.newBuilder().setInt64Param(100_000).build();
      var request = Called.held("").toBuilder().putParameters("timeout", timeout).build();
      var said = refused(called, request);
      assertEquals(Status.Code.DEADLINE_EXCEEDED, said.getStatus().getCode());
      assertEquals("deadline-exceeded", Called.trailer(said, Refusal.CODE));
      var frame = Called.trailer(said, Refusal.FRAME);
      assertTrue(frame.matches("held:[0-9]+"), frame);
      called.awaitNothingLeft();
      HeldFactory.PERMITS.drainPermits();
      var late =
          assertThrows(
              StatusRuntimeException.class,
              () ->
                  GRPCInferenceServiceGrpc.newBlockingStub(called.channel)
                      .withDeadlineAfter(100, TimeUnit.MILLISECONDS)
                      .modelInfer(Called.held("")));
      assertEquals(Status.Code.DEADLINE_EXCEEDED, late.getStatus().getCode());
      called.awaitNothingLeft();
      var held = called.serving.models().find("held", Optional.empty());
      Served.await("no frame", () -> held.pipeline().inFlight() == 0);
      assertEquals(0, held.pipeline().counters().completedCount());
    }
  }

  @Test
  void aCallThatIsGivenUpGivesUpItsFrame() throws Exception {
    try (var called = Called.overSocket(folder, "")) {
      var coming =
          GRPCInferenceServiceGrpc.newFutureStub(called.channel).modelInfer(Called.held(""));
      HeldFactory.BEGUN.acquire();
      assertTrue(coming.cancel(true));
      called.awaitNothingLeft();
      var held = called.serving.models().find("held", Optional.empty());
      Served.await("no frame", () -> held.pipeline().inFlight() == 0);
      assertEquals(1, held.statistics().snapshot().fail().count());
    }
  }

  @Test
  void whoIsNotLetInIsToldSoInStatusTrailersAndDetails() throws Exception {
    try (var called = Called.overSocket(folder, "")) {
      var inside =
          GRPCInferenceServiceGrpc.newFutureStub(called.channel).modelInfer(Called.held("a"));
      HeldFactory.BEGUN.acquire();
      var full = refused(called, Called.held("b"));
      assertEquals(Status.Code.UNAVAILABLE, full.getStatus().getCode());
      assertEquals("in-flight-limit", Called.trailer(full, Refusal.CODE));

      var drained =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return called.serving.drain(Duration.ofSeconds(60));
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      Served.await(
          "not ready",
          () -> !called.stub().serverReady(ServerReadyRequest.getDefaultInstance()).getReady());
      assertTrue(called.stub().serverLive(ServerLiveRequest.getDefaultInstance()).getLive());
      var closing = refused(called, Called.echo("c", 1, 2, 3, 4));
      assertEquals(Status.Code.UNAVAILABLE, closing.getStatus().getCode());
      assertEquals("unavailable", Called.trailer(closing, Refusal.CODE));
      assertEquals("1000", Called.trailer(closing, Refusal.RETRY_AFTER));
      var details = Objects.requireNonNull(StatusProto.fromThrowable(closing));
      assertEquals(1, details.getDetails(0).unpack(RetryInfo.class).getRetryDelay().getSeconds());
      assertFalse(drained.isDone());
      HeldFactory.PERMITS.release();
      assertEquals("a", inside.get(60, TimeUnit.SECONDS).getId());
      assertTrue(drained.get(60, TimeUnit.SECONDS));
      called.awaitNothingLeft();
    }
  }

  private static StatusRuntimeException refused(Called called, ModelInferRequest request) {
    return assertThrows(StatusRuntimeException.class, () -> called.stub().modelInfer(request));
  }

  @Test
  void aMessageBeyondTheBoundOnABodyIsRefusedAndOneWithinIsNot() throws Exception {
    try (var called = Called.overSocket(folder, SMALL)) {
      var most = Called.request("echo", 4000, 4).addRawInputContents(zeros(64_000)).build();
      assertEquals(64_000, called.stub().modelInfer(most).getRawOutputContents(0).size());
      var more = Called.request("echo", 4100, 4).addRawInputContents(zeros(65_600)).build();
      var refused = refused(called, more);
      assertEquals(Status.Code.RESOURCE_EXHAUSTED, refused.getStatus().getCode());
      assertTrue(Called.said(refused).contains("maximum size 65536"), Called.said(refused));
      called.awaitNothingLeft();
    }
  }

  private static ByteString zeros(int count) {
    return ByteString.copyFrom(new byte[count]);
  }

  @Test
  void compressedMessagesAreReadAndInflatedNoFurtherThanTheBound() throws Exception {
    try (var called = Called.overSocket(folder, SMALL)) {
      var stub = called.stub().withCompression("gzip");
      var most = Called.request("echo", 4000, 4).addRawInputContents(zeros(64_000)).build();
      assertEquals(zeros(64_000), stub.modelInfer(most).getRawOutputContents(0));
      var bomb =
          Called.request("echo", 1_000_000, 4).addRawInputContents(zeros(16_000_000)).build();
      var refused = assertThrows(StatusRuntimeException.class, () -> stub.modelInfer(bomb));
      assertEquals(Status.Code.RESOURCE_EXHAUSTED, refused.getStatus().getCode());
      assertEquals("too-large", Called.trailer(refused, Refusal.CODE));
      called.awaitNothingLeft();
    }
  }

  /** Says gzip and does nothing. */
  private static final class Lie implements Codec {
    @Override
    public String getMessageEncoding() {
      return "gzip";
    }

    @Override
    public InputStream decompress(InputStream in) {
      return in;
    }

    @Override
    public OutputStream compress(OutputStream out) {
      return out;
    }
  }

  @Test
  void whatIsNotInTheEncodingThatItNamesIsRefused() throws Exception {
    try (var called = Called.overSocket(folder, "")) {
      var lies = CompressorRegistry.newEmptyInstance();
      lies.register(new Lie());
      var port = port(called);
      var channel =
          NettyChannelBuilder.forAddress("127.0.0.1", port)
              .usePlaintext()
              .compressorRegistry(lies)
              .build();
      try {
        var stub = GRPCInferenceServiceGrpc.newBlockingStub(channel).withCompression("gzip");
        var refused =
            assertThrows(
                StatusRuntimeException.class, () -> stub.modelInfer(Called.echo("", 1, 2, 3, 4)));
        assertFalse(Called.said(refused).isEmpty());
        assertEquals("1", called.stub().modelInfer(Called.echo("1", 1, 2, 3, 4)).getId());
      } finally {
        channel.shutdownNow();
      }
      called.awaitNothingLeft();
    }
  }

  private static int port(Called called) {
    return Objects.requireNonNull(called.gateway).port();
  }

  @Test
  void whoSendsNoMessageIsCutOff() throws Exception {
    try (var called = Called.overSocket(folder, "gateway.body-timeout = 300ms")) {
      var ended = new CompletableFuture<Status>();
      begin(called, MethodType.BIDI_STREAMING, ended).request(1);
      assertFalse(ended.get(60, TimeUnit.SECONDS).isOk());
      called.awaitNothingLeft();
    }
  }

  @Test
  void whoDoesNotTakeHisAnswerIsCutOff() throws Exception {
    try (var called = Called.overSocket(folder, "gateway.body-timeout = 500ms")) {
      var ended = new CompletableFuture<Status>();
      var call = begin(called, MethodType.UNARY, ended);
      var rows = 200_000;
      call.sendMessage(
          Called.request("echo", rows, 4).addRawInputContents(zeros(16 * rows)).build());
      call.halfClose();
      var echo = called.serving.models().find("echo", Optional.empty());
      Served.await("answered", () -> echo.statistics().snapshot().success().count() == 1);
      called.awaitNothingLeft();
      call.cancel("seen enough", null);
    }
  }

  /**
   * @param type a client that takes a call for unary sends nothing before its message
   */
  private static ClientCall<ModelInferRequest, ModelInferResponse> begin(
      Called called, MethodType type, CompletableFuture<Status> ended) {
    var method = GRPCInferenceServiceGrpc.getModelInferMethod().toBuilder().setType(type).build();
    var call = called.channel.newCall(method, CallOptions.DEFAULT);
    call.start(
        new ClientCall.Listener<>() {
          @Override
          public void onClose(Status status, Metadata trailers) {
            ended.complete(status);
          }
        },
        new Metadata());
    return call;
  }

  @Test
  void callsBeyondTheirBoundAreRefused() throws Exception {
    try (var called = Called.overSocket(folder, "gateway.grpc.calls = 1")) {
      var inside =
          GRPCInferenceServiceGrpc.newFutureStub(called.channel).modelInfer(Called.held("a"));
      HeldFactory.BEGUN.acquire();
      var refused = refused(called, Called.echo("b", 1, 2, 3, 4));
      assertEquals(Status.Code.UNAVAILABLE, refused.getStatus().getCode());
      assertEquals("overloaded", Called.trailer(refused, Refusal.CODE));
      HeldFactory.PERMITS.release();
      inside.get(60, TimeUnit.SECONDS);
      called.awaitNothingLeft();
      assertEquals("c", called.stub().modelInfer(Called.echo("c", 1, 2, 3, 4)).getId());
    }
  }

  @Test
  void manyLargeMessagesAtOnceAreAnsweredOrRefusedForWantOfMemory() throws Exception {
    var settings = "gateway { body = 1MiB, json = 1MiB, grpc.receiving = 1MiB }";
    try (var called = Called.overSocket(folder, settings)) {
      var stub = GRPCInferenceServiceGrpc.newFutureStub(called.channel);
      var large = Called.request("echo", 60_000, 4).addRawInputContents(zeros(960_000)).build();
      var coming = new ArrayList<Future<ModelInferResponse>>();
      for (var i = 0; i < 32; i++) {
        coming.add(stub.modelInfer(large));
      }
      for (var each : coming) {
        try {
          assertEquals(960_000, each.get(60, TimeUnit.SECONDS).getRawOutputContents(0).size());
        } catch (ExecutionException e) {
          var status = Status.fromThrowable(e);
          assertTrue(
              List.of(Status.Code.RESOURCE_EXHAUSTED, Status.Code.UNAVAILABLE)
                  .contains(status.getCode()),
              status.toString());
        }
      }
      called.awaitNothingLeft();
      assertEquals(960_000, called.stub().modelInfer(large).getRawOutputContents(0).size());
    }
  }

  @Test
  void connectionsBeyondTheirBoundAreClosed() throws Exception {
    try (var called = Called.overSocket(folder, "gateway.connections = 1")) {
      called.stub().serverLive(ServerLiveRequest.getDefaultInstance());
      try (var second = new Socket(InetAddress.getLoopbackAddress(), port(called))) {
        assertTrue(isEnded(second));
      }
      called.stub().serverLive(ServerLiveRequest.getDefaultInstance());
    }
  }

  @Test
  void aConnectionThatSaysNothingOrNonsenseIsClosed() throws Exception {
    try (var called = Called.overSocket(folder, "gateway.read-timeout = 500ms")) {
      try (var silent = new Socket(InetAddress.getLoopbackAddress(), port(called))) {
        assertTrue(isEnded(silent));
      }
      try (var wrong = new Socket(InetAddress.getLoopbackAddress(), port(called))) {
        wrong.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertTrue(isEnded(wrong));
      }
    }
  }

  /** Reads until the other side ends it; fails if it does not. */
  private static boolean isEnded(Socket socket) throws IOException {
    socket.setSoTimeout(20_000);
    try {
      while (socket.getInputStream().read() >= 0) {
        // What it says before it ends is not of interest.
      }
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }
}
