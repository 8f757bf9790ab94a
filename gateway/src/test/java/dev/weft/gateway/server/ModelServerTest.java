package dev.weft.gateway.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.manifest.ManifestException;
import dev.weft.gateway.grpc.GrpcSettings;
import dev.weft.gateway.grpc.generated.GRPCInferenceServiceGrpc;
import dev.weft.gateway.grpc.generated.ModelInferRequest;
import dev.weft.gateway.http.GatewayException;
import dev.weft.gateway.http.GatewaySettings;
import dev.weft.gateway.http.HeldFactory;
import dev.weft.gateway.http.Served;
import dev.weft.gateway.observatory.Desks;
import dev.weft.gateway.protection.Protection;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelServerTest {

  @TempDir private Path folder = Path.of("");

  private static GatewaySettings http(int port) {
    return GatewaySettings.from(ConfigFactory.load()).at("127.0.0.1", port, false);
  }

  private static GrpcSettings grpc(OptionalInt port) {
    return GrpcSettings.from(ConfigFactory.load()).at(port);
  }

  @Test
  void bothProtocolsAreDrainedAsOne() throws Exception {
    try (var served = Served.start(folder, "");
        var server =
            ModelServer.start(
                served.weft,
                http(0),
                grpc(OptionalInt.of(0)),
                Protection.none(),
                "1",
                Desks.none())) {
      var channel =
          NettyChannelBuilder.forAddress("127.0.0.1", server.grpcPort().orElseThrow())
              .usePlaintext()
              .build();
      var held =
          ModelInferRequest.newBuilder()
              .setModelName("held")
              .addInputs(
                  ModelInferRequest.InferInputTensor.newBuilder()
                      .setName("x")
                      .setDatatype("FP32")
                      .addShape(1))
              .addRawInputContents(ByteString.copyFrom(new byte[4]))
              .build();
      var inside = GRPCInferenceServiceGrpc.newFutureStub(channel).modelInfer(held);
      HeldFactory.BEGUN.acquire();
      assertEquals(200, ready(server));
      var drained =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return server.drain(Duration.ofSeconds(60));
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      Served.await("not ready over HTTP", () -> ready(server) == 400);
      assertFalse(drained.isDone());
      HeldFactory.PERMITS.release();
      assertEquals("held", inside.get(60, TimeUnit.SECONDS).getModelName());
      assertTrue(drained.get(60, TimeUnit.SECONDS));
      channel.shutdownNow();
    }
  }

  private static int ready(ModelServer server) {
    try (var client = HttpClient.newHttpClient()) {
      var uri = URI.create("http://127.0.0.1:%d/v2/health/ready".formatted(server.httpPort()));
      return client
          .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
          .statusCode();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void oneLineServesWithAccountsIfTheSettingsNameThem() throws Exception {
    var access = folder.resolve("access.yaml");
    Files.writeString(access, "accounts: []\n");
    try (var served = Served.start(folder, "")) {
      var config =
          ConfigFactory.parseString(
                  "weft.gateway { port = 0, grpc.port = 0, access = \"%s\" }".formatted(access))
              .withFallback(ConfigFactory.load());
      var refused =
          assertThrows(ManifestException.class, () -> ModelServer.start(served.weft, config));
      assertTrue(String.valueOf(refused.getMessage()).contains("access.yaml"), refused.toString());
      var open =
          ConfigFactory.parseString("weft.gateway { port = 0, grpc.port = off }")
              .withFallback(ConfigFactory.load());
      try (var server = ModelServer.start(served.weft, open)) {
        assertEquals(200, ready(server));
      }
    }
  }

  @Test
  void ifOnePortIsTakenNeitherIsListenedOn() throws Exception {
    try (var served = Served.start(folder, "");
        var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var free = freePort();
      var grpc = grpc(OptionalInt.of(taken.getLocalPort()));
      assertThrows(
          GatewayException.class,
          () ->
              ModelServer.start(
                  served.weft, http(free), grpc, Protection.none(), "1", Desks.none()));
      try (var again =
          ModelServer.start(
              served.weft,
              http(free),
              grpc(OptionalInt.empty()),
              Protection.none(),
              "1",
              Desks.none())) {
        assertEquals(free, again.httpPort());
        assertEquals(OptionalInt.empty(), again.grpcPort());
      }
    }
  }

  private static int freePort() throws IOException {
    try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }
}
