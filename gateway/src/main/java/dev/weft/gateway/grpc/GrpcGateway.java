package dev.weft.gateway.grpc;

import dev.weft.gateway.http.Gateway;
import dev.weft.gateway.http.GatewayException;
import dev.weft.gateway.http.GatewaySettings;
import dev.weft.gateway.model.Serving;
import dev.weft.gateway.protection.Protection;
import dev.weft.gateway.protection.TlsContext;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolNames;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.grpc.netty.shaded.io.netty.handler.ssl.JdkSslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The Open Inference Protocol over gRPC in front of the models of one fabric, while it is open. */
public final class GrpcGateway implements AutoCloseable {

  private static final Duration GRACE = Duration.ofSeconds(1);

  /** Most time for the other side to answer a ping, and least time between two of its own. */
  private static final Duration PING_ANSWER_MAX = Duration.ofSeconds(10);

  private static final Duration PING_EVERY_LEAST = Duration.ofSeconds(5);

  /** Calls that one connection may give up within {@link #RESETS_SECONDS}. */
  private static final int RESETS_MAX = 1_000;

  private static final int RESETS_SECONDS = 10;

  /** What a connection may send ahead of being read. */
  private static final int WINDOW_BYTES = 256 << 10;

  /** They move bytes only. */
  private static final int LOOP_THREADS = 2;

  private final Server server;
  private final Calls calls;
  private final EventLoopGroup loops;

  private GrpcGateway(Server server, Calls calls, EventLoopGroup loops) {
    this.server = server;
    this.calls = calls;
    this.loops = loops;
  }

  /**
   * Starts to serve all pipelines that are, or will be, deployed, beside the other protocols of
   * {@code serving}.
   *
   * @param gateway whose host and bounds on connections, times and requests hold here, too
   * @param settings with a port
   * @param protection stays the caller's
   * @throws GatewayException if the address cannot be listened on, or must not be
   */
  public static GrpcGateway start(
      Serving serving, GatewaySettings gateway, GrpcSettings settings, Protection protection) {
    var port = settings.port().orElseThrow();
    var address = new InetSocketAddress(Gateway.address(gateway, protection), port);
    var calls = Calls.of(serving, gateway, settings, protection.guard());
    var loops =
        new MultiThreadIoEventLoopGroup(
            LOOP_THREADS,
            new DefaultThreadFactory("weft-gateway-grpc-loop", true),
            NioIoHandler.newFactory());
    var builder = transport(address, loops, gateway, settings);
    protection.tls().map(GrpcGateway::tls).ifPresent(builder::sslContext);
    calls.serveOn(builder);
    try {
      return new GrpcGateway(builder.build().start(), calls, loops);
    } catch (IOException e) {
      calls.close();
      var _ = loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      var cause = e.getCause() == null ? e : e.getCause();
      throw new GatewayException(
          "%s port %d: %s (expected: a free port of this machine)"
              .formatted(gateway.host(), port, cause.getMessage()),
          e);
    }
  }

  private static SslContext tls(TlsContext context) {
    var http2 =
        new ApplicationProtocolConfig(
            ApplicationProtocolConfig.Protocol.ALPN,
            ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
            ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
            ApplicationProtocolNames.HTTP_2);
    return new JdkSslContext(
        context,
        false,
        null,
        IdentityCipherSuiteFilter.INSTANCE,
        http2,
        context.needsClientCertificate() ? ClientAuth.REQUIRE : ClientAuth.NONE,
        context.parameters().getProtocols(),
        false);
  }

  private static NettyServerBuilder transport(
      InetSocketAddress address,
      EventLoopGroup loops,
      GatewaySettings gateway,
      GrpcSettings settings) {
    var silence = gateway.readTimeout().toMillis();
    return NettyServerBuilder.forAddress(address)
        .channelFactory(() -> new BoundedServerChannel(gateway.connectionsMax()))
        .bossEventLoopGroup(loops)
        .workerEventLoopGroup(loops)
        .flowControlWindow(WINDOW_BYTES)
        .maxConcurrentCallsPerConnection(settings.callsPerConnectionMax())
        .maxRstFramesPerWindow(RESETS_MAX, RESETS_SECONDS)
        .handshakeTimeout(silence, TimeUnit.MILLISECONDS)
        .keepAliveTime(silence, TimeUnit.MILLISECONDS)
        .keepAliveTimeout(Math.min(silence, PING_ANSWER_MAX.toMillis()), TimeUnit.MILLISECONDS)
        .permitKeepAliveTime(PING_EVERY_LEAST.toMillis(), TimeUnit.MILLISECONDS)
        .permitKeepAliveWithoutCalls(true)
        .maxConnectionIdle(settings.idle().toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The port it listens on. */
  public int port() {
    return server.getPort();
  }

  /** Over its calls. */
  CallWatch watch() {
    return calls.watch();
  }

  /** Tells those who watch its health that it takes no more; whoever drains does the rest. */
  public void endHealth() {
    calls.endHealth();
  }

  /** Ends all calls and connections. */
  @Override
  public void close() {
    server.shutdown();
    try {
      // What has been answered gets there.
      server.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS);
      server.shutdownNow();
      server.awaitTermination(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    calls.close();
    var _ = loops.shutdownGracefully(0, GRACE.toMillis(), TimeUnit.MILLISECONDS);
  }
}
