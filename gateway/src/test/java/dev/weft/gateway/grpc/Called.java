package dev.weft.gateway.grpc;

import com.google.protobuf.ByteString;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.gateway.access.ApiKey;
import dev.weft.gateway.grpc.generated.GRPCInferenceServiceGrpc;
import dev.weft.gateway.grpc.generated.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.weft.gateway.grpc.generated.InferTensorContents;
import dev.weft.gateway.grpc.generated.ModelInferRequest;
import dev.weft.gateway.http.GatewaySettings;
import dev.weft.gateway.http.Served;
import dev.weft.gateway.log.Logs;
import dev.weft.gateway.model.Serving;
import dev.weft.gateway.region.RegionSettings;
import dev.weft.gateway.region.Regions;
import dev.weft.gateway.tracing.Tracing;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.grpc.inprocess.InProcessServerBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The models of {@link Served} over gRPC, on a port of their own or within the process. */
final class Called implements AutoCloseable {

  final Served served;
  final Serving serving;
  final ManagedChannel channel;
  final @Nullable GrpcGateway gateway;
  private final AutoCloseable server;
  private final CallWatch watch;

  private Called(
      Served served,
      Serving serving,
      ManagedChannel channel,
      @Nullable GrpcGateway gateway,
      AutoCloseable server,
      CallWatch watch) {
    this.served = served;
    this.serving = serving;
    this.channel = channel;
    this.gateway = gateway;
    this.server = server;
    this.watch = watch;
  }

  /**
   * @param settings over the defaults, below {@code weft}
   */
  static Called overSocket(Path folder, String settings) throws IOException {
    var served = Served.start(folder, settings);
    var serving = serving(served, settings);
    var gateway = GrpcGateway.start(serving, common(settings), own(settings), served.protection);
    var channel =
        NettyChannelBuilder.forAddress("127.0.0.1", gateway.port())
            .usePlaintext()
            .maxInboundMessageSize(128 << 20)
            .build();
    return new Called(served, serving, channel, gateway, gateway, gateway.watch());
  }

  static Called inProcess(Path folder, String settings) throws IOException {
    var served = Served.start(folder, settings);
    var serving = serving(served, settings);
    var calls = Calls.of(serving, common(settings), own(settings), served.protection.guard());
    var name = InProcessServerBuilder.generateName();
    var builder = InProcessServerBuilder.forName(name);
    calls.serveOn(builder);
    var server = builder.build().start();
    var channel = InProcessChannelBuilder.forName(name).build();
    return new Called(served, serving, channel, null, ending(server, calls), calls.watch());
  }

  private static Serving serving(Served served, String settings) {
    var regions = Regions.of(RegionSettings.from(config(settings)));
    return new Serving(
        served.weft,
        "1.2.3",
        regions,
        Logs.at(served.desk),
        Tracing.off(),
        Optional.of(served.repository));
  }

  private static AutoCloseable ending(Server server, Calls calls) {
    return () -> {
      server.shutdownNow().awaitTermination(20, TimeUnit.SECONDS);
      calls.close();
    };
  }

  static GatewaySettings common(String settings) {
    return GatewaySettings.from(config(settings)).at("127.0.0.1", 0, false);
  }

  static GrpcSettings own(String settings) {
    return GrpcSettings.from(config(settings)).at(OptionalInt.of(0));
  }

  private static Config config(String settings) {
    return ConfigFactory.parseString("weft { " + settings + " }")
        .withFallback(ConfigFactory.load());
  }

  /** Shows a key with each call. */
  static ClientInterceptor showing(ApiKey key) {
    var headers = new Metadata();
    headers.put(AccessCheck.AUTHORIZATION, "Bearer " + key.shown());
    return MetadataUtils.newAttachHeadersInterceptor(headers);
  }

  GRPCInferenceServiceBlockingStub stub() {
    return GRPCInferenceServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  /** Nothing is on lease, nothing received is held, no call is open. */
  void awaitNothingLeft() {
    served.awaitNothingLeased();
    Served.await("no call", () -> watch.open() == 0);
    Served.await("nothing received is held", () -> watch.bytes() == 0);
  }

  /** Over a socket only. */
  int port() {
    if (gateway == null) {
      throw new IllegalStateException("within the process (expected: over a socket)");
    }
    return gateway.port();
  }

  int openCalls() {
    return watch.open();
  }

  /** A request for {@code echo} with typed contents. */
  static ModelInferRequest echo(String id, float... values) {
    var contents = InferTensorContents.newBuilder();
    for (var value : values) {
      contents.addFp32Contents(value);
    }
    return request("echo", values.length / 4, 4)
        .setId(id)
        .setInputs(0, input("x", values.length / 4, 4).setContents(contents))
        .build();
  }

  /** A request for {@code held}, which waits for a test. */
  static ModelInferRequest held(String id) {
    return request("held", 1)
        .setId(id)
        .addRawInputContents(ByteString.copyFrom(new byte[4]))
        .build();
  }

  /** A request with one FP32 input {@code x} and no data yet. */
  static ModelInferRequest.Builder request(String model, long... shape) {
    return ModelInferRequest.newBuilder().setModelName(model).addInputs(input("x", shape));
  }

  private static ModelInferRequest.InferInputTensor.Builder input(String name, long... shape) {
    var input = ModelInferRequest.InferInputTensor.newBuilder().setName(name).setDatatype("FP32");
    for (var dim : shape) {
      input.addShape(dim);
    }
    return input;
  }

  static ByteString raw(float... values) {
    var bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    for (var value : values) {
      bytes.putFloat(value);
    }
    return ByteString.copyFrom(bytes.flip());
  }

  /** What a refused call says beside its status. */
  static String trailer(StatusRuntimeException refused, Metadata.Key<String> key) {
    var trailers = Status.trailersFromThrowable(refused);
    var value = trailers == null ? null : trailers.get(key);
    return value == null ? "" : value;
  }

  static String said(StatusRuntimeException refused) {
    return String.valueOf(refused.getStatus().getDescription());
  }

  @Override
  public void close() throws Exception {
    channel.shutdownNow().awaitTermination(20, TimeUnit.SECONDS);
    server.close();
    served.close();
  }
}
