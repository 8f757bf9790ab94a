package dev.weft.link.exchange;

import dev.weft.link.generated.v1.ExchangeGrpc;
import dev.weft.link.generated.v1.Returned;
import dev.weft.link.generated.v1.Sent;
import dev.weft.link.identity.CallLimit;
import dev.weft.link.identity.Security;
import io.grpc.Server;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Listens for requests of other nodes, and has them carried out, each at most once. The other side
 * of {@link Peer}.
 */
public final class Exchange implements AutoCloseable {

  private static final long KEEP_ALIVE_SECONDS = 30;
  private static final long CLOSING_SECONDS = 5;

  /** One is used; one more may be new while the other is not yet known to have ended. */
  private static final int STREAMS_OF_A_CONNECTION = 2;

  private final Server server;
  private final Sources sources;
  private final Duration farewell;
  private final LinkThreads threads;

  private Exchange(Server server, Sources sources, Duration farewell, LinkThreads threads) {
    this.server = server;
    this.sources = sources;
    this.farewell = farewell;
    this.threads = threads;
  }

  /**
   * Begins to listen.
   *
   * @param host of the interface; port 0 takes a free one
   * @param security stays the caller's
   * @param handlers by kind of request
   * @throws IOException if the port is taken
   * @throws IllegalArgumentException if others would reach it unprotected
   */
  public static Exchange listen(
      String host,
      int port,
      ExchangeSettings settings,
      Security security,
      Map<String, Handler> handlers)
      throws IOException {
    var threads = new LinkThreads("weft-link-exchange");
    var terms =
        new Source.Terms(
            settings,
            handlers.keySet(),
            new Budget(settings.arrivingBytesMax()),
            new Budget(settings.runningMax()),
            new Budget(settings.remembered().bytes()),
            threads);
    var sources = new Sources(terms);
    try {
      var service = new Service(sources, new Desk(handlers), settings, threads);
      var server =
          security
              .server(host, port)
              .executor(threads.calls())
              .flowControlWindow(settings.windowBytes())
              .maxInboundMessageSize(ExchangeSettings.MESSAGE_BYTES_MAX)
              .maxConcurrentCallsPerConnection(STREAMS_OF_A_CONNECTION)
              .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
              .intercept(new CallLimit(settings.streamsMax()))
              .addService(service)
              .build();
      var _ = threads.every(settings.heartbeat(), () -> sources.expire(System.nanoTime()));
      return new Exchange(server.start(), sources, settings.farewell(), threads);
    } catch (IOException | RuntimeException e) {
      threads.close();
      throw e;
    }
  }

  public int port() {
    return server.getPort();
  }

  /**
   * Takes nothing more, which the senders are told, and waits for what has arrived to be answered.
   * What then still runs, when the time that the settings give is over, may be carried out though
   * its sender does not hear so.
   */
  @Override
  public void close() {
    sources.end();
    server.shutdown();
    try {
      var _ = server.awaitTermination(farewell.toNanos(), TimeUnit.NANOSECONDS);
      server.shutdownNow();
      server.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    threads.close();
  }

  private static final class Service extends ExchangeGrpc.ExchangeImplBase {

    private final Sources sources;
    private final Desk desk;
    private final ExchangeSettings settings;
    private final LinkThreads threads;

    private Service(Sources sources, Desk desk, ExchangeSettings settings, LinkThreads threads) {
      this.sources = sources;
      this.desk = desk;
      this.settings = settings;
      this.threads = threads;
    }

    @Override
    public StreamObserver<Sent> open(StreamObserver<Returned> returned) {
      var out = (ServerCallStreamObserver<Returned>) returned;
      var visit = new Visit(Security.peer(), sources, desk, settings, threads, out);
      out.request(Uplink.WORDS_AHEAD);
      return visit;
    }
  }
}
