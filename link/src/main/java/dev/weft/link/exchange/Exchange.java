package dev.weft.link.exchange;

import dev.weft.link.generated.v1.ExchangeGrpc;
import dev.weft.link.generated.v1.Returned;
import dev.weft.link.generated.v1.Sent;
import dev.weft.link.identity.Security;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

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
  private final LinkThreads threads;

  private Exchange(Server server, LinkThreads threads) {
    this.server = server;
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
    var terms =
        new Source.Terms(
            settings,
            handlers.keySet(),
            new Budget(settings.arrivingBytesMax()),
            new Budget(settings.runningMax()),
            new Budget(settings.remembered().bytes()));
    var sources = new Sources(terms);
    var threads = new LinkThreads("weft-link-exchange");
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
              .addService(service)
              .build();
      var _ = threads.every(settings.heartbeat(), () -> sources.expire(System.nanoTime()));
      return new Exchange(server.start(), threads);
    } catch (IOException | RuntimeException e) {
      threads.close();
      throw e;
    }
  }

  public int port() {
    return server.getPort();
  }

  /** Ends all streams without a farewell; what runs is not waited for. */
  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    threads.close();
  }

  private static final class Service extends ExchangeGrpc.ExchangeImplBase {

    private final Sources sources;
    private final Desk desk;
    private final ExchangeSettings settings;
    private final LinkThreads threads;
    private final Semaphore streams;

    private Service(Sources sources, Desk desk, ExchangeSettings settings, LinkThreads threads) {
      this.sources = sources;
      this.desk = desk;
      this.settings = settings;
      this.threads = threads;
      this.streams = new Semaphore(settings.streamsMax());
    }

    @Override
    public StreamObserver<Sent> open(StreamObserver<Returned> returned) {
      var out = (ServerCallStreamObserver<Returned>) returned;
      if (!streams.tryAcquire()) {
        out.onError(
            Status.UNAVAILABLE
                .withDescription("%d streams (expected: fewer)".formatted(settings.streamsMax()))
                .asRuntimeException());
        return new Deaf();
      }
      var isInside = new AtomicBoolean(true);
      Runnable leave =
          () -> {
            if (isInside.compareAndSet(true, false)) {
              streams.release();
            }
          };
      var visit = new Visit(Security.peer(), sources, desk, settings, threads, out, leave);
      out.request(Uplink.WORDS_AHEAD);
      return visit;
    }
  }

  /** Hears what a sender says who was turned away. */
  private static final class Deaf implements StreamObserver<Sent> {

    @Override
    public void onNext(Sent sent) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onCompleted() {}
  }
}
