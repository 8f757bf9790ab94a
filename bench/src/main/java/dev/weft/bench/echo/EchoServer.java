package dev.weft.bench.echo;

import com.typesafe.config.ConfigFactory;
import dev.weft.bench.process.ServerProcess;
import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Exchange;
import dev.weft.link.exchange.ExchangeSettings;
import dev.weft.link.identity.Security;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Answers a request with its first bytes, over Weft's data link and, beside it, over plain gRPC as
 * a careful user would set it up: unary calls, no thread between, the same window.
 */
public final class EchoServer {

  static final String KIND = "echo";

  private static final int ANSWER_BYTES = 64;

  private EchoServer() {}

  /** Listens on two ports: the link's and plain gRPC's. */
  public static void main(String[] arguments) throws IOException {
    var settings = ExchangeSettings.from(ConfigFactory.load());
    var plain =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .flowControlWindow(settings.windowBytes())
            .maxInboundMessageSize(settings.payloadBytesMax())
            .addService(
                ServerServiceDefinition.builder(PlainCall.SERVICE)
                    .addMethod(
                        PlainCall.ASK,
                        ServerCalls.asyncUnaryCall(
                            (request, observer) -> {
                              observer.onNext(answer(request));
                              observer.onCompleted();
                            }))
                    .build())
            .build()
            .start();
    try (var security = Security.none();
        var exchange =
            Exchange.listen(
                "127.0.0.1",
                0,
                settings,
                security,
                Map.of(
                    KIND,
                    asked ->
                        CompletableFuture.completedFuture(
                            new Answer.Done(answer(asked.payload())))))) {
      ServerProcess.serve(List.of(exchange.port(), plain.getPort()));
    } finally {
      plain.shutdownNow();
    }
  }

  private static byte[] answer(byte[] request) {
    return Arrays.copyOf(request, ANSWER_BYTES);
  }
}
