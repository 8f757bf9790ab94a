package dev.weft.gateway.grpc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.gateway.grpc.generated.GRPCInferenceServiceGrpc;
import dev.weft.gateway.http.GatewayException;
import dev.weft.gateway.http.HeldFactory;
import dev.weft.gateway.port.OptionalPort;
import dev.weft.gateway.protection.Protection;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrpcGatewayTest {

  @TempDir private Path folder = Path.of("");

  @Test
  void healthIsServingUntilItEnds() throws Exception {
    try (var called = Called.overSocket(folder, "")) {
      var health =
          HealthGrpc.newBlockingStub(called.channel).withDeadlineAfter(60, TimeUnit.SECONDS);
      var service =
          HealthCheckRequest.newBuilder().setService(GRPCInferenceServiceGrpc.SERVICE_NAME).build();
      assertEquals(
          ServingStatus.SERVING, health.check(HealthCheckRequest.getDefaultInstance()).getStatus());
      var watched = health.watch(service);
      assertEquals(ServingStatus.SERVING, watched.next().getStatus());
      var unknown =
          assertThrows(
              StatusRuntimeException.class,
              () -> health.check(HealthCheckRequest.newBuilder().setService("other").build()));
      assertEquals(Status.Code.NOT_FOUND, unknown.getStatus().getCode());
      Objects.requireNonNull(called.gateway).endHealth();
      assertEquals(ServingStatus.NOT_SERVING, watched.next().getStatus());
      assertEquals(
          ServingStatus.NOT_SERVING,
          health.check(HealthCheckRequest.getDefaultInstance()).getStatus());
    }
  }

  @Test
  void closingEndsWhatIsInsideAndLeavesNothing() throws Exception {
    try (var called = Called.overSocket(folder, "")) {
      var inside =
          GRPCInferenceServiceGrpc.newFutureStub(called.channel).modelInfer(Called.held("a"));
      HeldFactory.BEGUN.acquire();
      Objects.requireNonNull(called.gateway).close();
      assertThrows(ExecutionException.class, () -> inside.get(60, TimeUnit.SECONDS));
      called.awaitNothingLeft();
      assertTrue(called.serving.drain(Duration.ofSeconds(60)));
    }
  }

  @Test
  void reflectionTellsWhatIsThere() throws Exception {
    try (var called = Called.overSocket(folder, "")) {
      var services =
          reflected(called, ServerReflectionRequest.newBuilder().setListServices("").build())
              .getListServicesResponse()
              .getServiceList()
              .stream()
              .map(service -> service.getName())
              .collect(Collectors.toSet());
      assertTrue(services.contains("inference.GRPCInferenceService"), services.toString());
      assertTrue(services.contains("grpc.health.v1.Health"), services.toString());
      var file =
          reflected(
                  called,
                  ServerReflectionRequest.newBuilder()
                      .setFileContainingSymbol("inference.GRPCInferenceService.ModelInfer")
                      .build())
              .getFileDescriptorResponse()
              .getFileDescriptorProto(0)
              .toStringUtf8();
      assertTrue(file.contains("raw_output_contents"), file);
    }
  }

  private static ServerReflectionResponse reflected(Called called, ServerReflectionRequest request)
      throws Exception {
    var answer = new CompletableFuture<ServerReflectionResponse>();
    var requests =
        ServerReflectionGrpc.newStub(called.channel)
            .serverReflectionInfo(
                new StreamObserver<>() {
                  @Override
                  public void onNext(ServerReflectionResponse response) {
                    answer.complete(response);
                  }

                  @Override
                  public void onError(Throwable problem) {
                    answer.completeExceptionally(problem);
                  }

                  @Override
                  public void onCompleted() {}
                });
    requests.onNext(request);
    requests.onCompleted();
    return answer.get(60, TimeUnit.SECONDS);
  }

  @Test
  void aPortThatIsTakenIsToldWithTheAddress() throws Exception {
    try (var called = Called.overSocket(folder, "");
        var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var settings = Called.own("").at(OptionalInt.of(taken.getLocalPort()));
      var problem =
          assertThrows(
              GatewayException.class,
              () ->
                  GrpcGateway.start(
                      called.serving, Called.common(""), settings, Protection.none()));
      assertTrue(
          String.valueOf(problem.getMessage())
              .startsWith("127.0.0.1 port %d: ".formatted(taken.getLocalPort())),
          problem.getMessage());
    }
  }

  @Test
  void anAddressThatOthersReachIsListenedOnOnlyIfNamed() throws Exception {
    try (var called = Called.overSocket(folder, "")) {
      var beyond = Called.common("").at("0.0.0.0", 0, false);
      var problem =
          assertThrows(
              GatewayException.class,
              () -> GrpcGateway.start(called.serving, beyond, Called.own(""), Protection.none()));
      assertTrue(String.valueOf(problem.getMessage()).contains("--insecure-beyond-loopback"));
      var named = Called.common("").at("0.0.0.0", 0, true);
      try (var open = GrpcGateway.start(called.serving, named, Called.own(""), Protection.none())) {
        assertTrue(open.port() > 0);
      }
    }
  }

  @Test
  void settingsThatDoNotFitAreRefused() throws Exception {
    assertEquals(OptionalInt.empty(), OptionalPort.of("port", "off"));
    assertThrows(IllegalArgumentException.class, () -> OptionalPort.of("port", "65536"));
    assertThrows(IllegalArgumentException.class, () -> Called.own("gateway.grpc.calls = 0"));
    assertThrows(
        IllegalArgumentException.class, () -> Called.own("gateway.grpc.stream-requests = 0"));
    try (var called = Called.overSocket(folder, "")) {
      var small = Called.own("gateway.grpc.receiving = 1KiB");
      assertThrows(
          GatewayException.class,
          () -> GrpcGateway.start(called.serving, Called.common(""), small, Protection.none()));
    }
  }
}
