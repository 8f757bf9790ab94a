package dev.weft.gateway.grpc;

import static dev.weft.gateway.grpc.Called.showing;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.gateway.access.ApiKey;
import dev.weft.gateway.access.Credentials;
import dev.weft.gateway.grpc.generated.GRPCInferenceServiceGrpc;
import dev.weft.gateway.grpc.generated.InferParameter;
import dev.weft.gateway.grpc.generated.ModelInferRequest;
import dev.weft.gateway.grpc.generated.ModelMetadataRequest;
import dev.weft.gateway.grpc.generated.ModelStatisticsRequest;
import dev.weft.gateway.grpc.generated.ServerLiveRequest;
import dev.weft.gateway.protection.Certificates;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in by gRPC, and TLS there; the rules themselves are those of HTTP. */
class GrpcAccessTest {

  private static final ApiKey INFER = Credentials.key(1);
  private static final ApiKey OBSERVE = Credentials.key(2);

  @TempDir private Path folder = Path.of("");

  private String accounts() throws IOException {
    return Credentials.access(
        folder,
        Credentials.line(INFER, "acme", "infer"),
        Credentials.line(OBSERVE, "acme", "observe"));
  }

  @Test
  void eachMethodNeedsItsRight() throws Exception {
    try (var called = Called.inProcess(folder, accounts())) {
      var stub = called.stub();
      var infers = stub.withInterceptors(showing(INFER));
      var observes = stub.withInterceptors(showing(OBSERVE));
      var metadata = ModelMetadataRequest.newBuilder().setName("echo").build();
      var statistics = ModelStatisticsRequest.getDefaultInstance();

      assertTrue(stub.serverLive(ServerLiveRequest.getDefaultInstance()).getLive());
      HealthGrpc.newBlockingStub(called.channel).check(HealthCheckRequest.getDefaultInstance());
      refused(Status.Code.UNAUTHENTICATED, "unauthenticated", () -> stub.modelMetadata(metadata));
      refused(
          Status.Code.UNAUTHENTICATED,
          "unauthenticated",
          () -> stub.withInterceptors(showing(Credentials.key(9))).modelMetadata(metadata));
      assertEquals("echo", observes.modelMetadata(metadata).getName());
      refused(
          Status.Code.PERMISSION_DENIED,
          "forbidden",
          () -> observes.modelInfer(Called.echo("1", 1, 2, 3, 4)));
      refused(Status.Code.PERMISSION_DENIED, "forbidden", () -> infers.modelStatistics(statistics));
      assertTrue(observes.modelStatistics(statistics).getModelStatsCount() > 0);
      assertEquals("1", infers.modelInfer(Called.echo("1", 1, 2, 3, 4)).getId());
      called.awaitNothingLeft();
    }
  }

  @Test
  void aFrameIsRunForItsCallersTenantOnly() throws Exception {
    try (var called = Called.inProcess(folder, accounts())) {
      var infers = called.stub().withInterceptors(showing(INFER));

      assertEquals("1", infers.modelInfer(of("acme")).getId());
      refused(Status.Code.PERMISSION_DENIED, "forbidden", () -> infers.modelInfer(of("globex")));
      called.awaitNothingLeft();
    }
  }

  private static ModelInferRequest of(String tenant) {
    var parameter = InferParameter.newBuilder().setStringParam(tenant).build();
    return Called.echo("1", 1, 2, 3, 4).toBuilder().putParameters("weft_tenant", parameter).build();
  }

  @Test
  void callsAreEncryptedByTheServersCertificateAndPlainOnesGetNowhere() throws Exception {
    var server = Certificates.make(folder, "server");
    var tls =
        "gateway.tls { certificate = \"%s\", key = \"%s\" }"
            .formatted(server.certificate(), server.key());
    try (var called = Called.overSocket(folder, tls)) {
      var plain = assertThrows(StatusRuntimeException.class, () -> live(called));
      assertEquals(Status.Code.UNAVAILABLE, plain.getStatus().getCode());

      var port = called.port();
      var trusting =
          GrpcSslContexts.forClient().trustManager(server.certificate().toFile()).build();
      var channel = NettyChannelBuilder.forAddress("localhost", port).sslContext(trusting).build();
      try {
        var stub =
            GRPCInferenceServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(60, TimeUnit.SECONDS);
        assertTrue(stub.serverLive(ServerLiveRequest.getDefaultInstance()).getLive());
        assertEquals("7", stub.modelInfer(Called.echo("7", 1, 2, 3, 4)).getId());
      } finally {
        channel.shutdownNow().awaitTermination(20, TimeUnit.SECONDS);
      }
    }
  }

  private static void live(Called called) {
    var _ = called.stub().serverLive(ServerLiveRequest.getDefaultInstance());
  }

  private static void refused(Status.Code status, String code, Executable call) {
    var refusal = assertThrows(StatusRuntimeException.class, call);
    assertEquals(status, refusal.getStatus().getCode(), refusal.toString());
    assertEquals(code, Called.trailer(refusal, Refusal.CODE));
  }
}
