package dev.weft.link.outbox;

import dev.weft.link.generated.v1.DeliverReply;
import dev.weft.link.generated.v1.DeliverRequest;
import dev.weft.link.generated.v1.LinkGrpc;
import dev.weft.link.generated.v1.ReachedRequest;
import dev.weft.link.identity.Security;
import dev.weft.persistence.outbox.Delivery;
import dev.weft.persistence.outbox.Inbox;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Listens for outboxes and leaves what they send in an {@link Inbox}, on the disk before it
 * answers.
 */
public final class LinkReceiver implements AutoCloseable {

  /** Time without a word after which either side asks whether the other is there. */
  static final long KEEP_ALIVE_SECONDS = 30;

  private static final Logger LOG = System.getLogger(LinkReceiver.class.getName());
  private static final int FRAMING_BYTES = 1_024;

  /** An outbox sends one batch at a time; one more may be on its way after a deadline. */
  private static final int CALLS_MAX = 4;

  /** Batches in memory at once, of all connections; one more is told to come again. */
  private static final int BATCHES_MAX = 16;

  private static final int THREADS = 2;

  private static final long CLOSING_SECONDS = 5;

  private final Server server;
  private final Threads threads;

  private LinkReceiver(Server server, Threads threads) {
    this.server = server;
    this.threads = threads;
  }

  /**
   * Few calls are let in, and each leaves a handful of tasks, so what waits is bounded.
   *
   * @param calls answer who is let in, and never wait for a disk
   * @param inbox the one that does: an inbox takes one batch at a time. Bounded by itself, as calls
   *     that were given up leave their batch behind
   */
  private record Threads(ExecutorService calls, ExecutorService inbox) {

    static Threads start() {
      var names = Thread.ofPlatform().daemon().name("weft-link-receiver-", 1).factory();
      return new Threads(
          Executors.newFixedThreadPool(THREADS, names),
          new ThreadPoolExecutor(
              1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(BATCHES_MAX), names));
    }

    void end() {
      calls.shutdown();
      inbox.shutdown();
    }
  }

  /**
   * Begins to listen.
   *
   * @param host of the interface; port 0 takes a free one
   * @param inbox stays the caller's
   * @param batchBytesMax of a batch as it is sent; larger ones are refused
   * @param security stays the caller's
   * @throws IOException if the port is taken
   * @throws IllegalArgumentException if others would reach it unprotected
   */
  public static LinkReceiver listen(
      String host, int port, Inbox inbox, int batchBytesMax, Security security) throws IOException {
    var builder = security.server(host, port);
    var threads = Threads.start();
    var server =
        builder
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveTime(KEEP_ALIVE_SECONDS / 2, TimeUnit.SECONDS)
            .maxConcurrentCallsPerConnection(CALLS_MAX)
            .maxInboundMessageSize(batchBytesMax + FRAMING_BYTES)
            .executor(threads.calls())
            .intercept(new CallLimit(BATCHES_MAX))
            .addService(new Service(inbox, threads.inbox()))
            .build();
    try {
      return new LinkReceiver(server.start(), threads);
    } catch (IOException e) {
      threads.end();
      throw e;
    }
  }

  public int port() {
    return server.getPort();
  }

  /** Waits until it is closed. */
  public void await() throws InterruptedException {
    server.awaitTermination();
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      // What the transport still has to tell is told before its threads go.
      server.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    threads.end();
  }

  private static final class Service extends LinkGrpc.LinkImplBase {

    private final Inbox inbox;
    private final Executor thread;

    private Service(Inbox inbox, Executor thread) {
      this.inbox = inbox;
      this.thread = thread;
    }

    @Override
    public void deliver(DeliverRequest request, StreamObserver<DeliverReply> answer) {
      inTurn(() -> inbox.receive(DeliveryCodec.envelope(request)), answer);
    }

    @Override
    public void reached(ReachedRequest request, StreamObserver<DeliverReply> answer) {
      inTurn(() -> new Delivery.Acknowledged(inbox.through(request.getSource())), answer);
    }

    private void inTurn(Supplier<Delivery> work, StreamObserver<DeliverReply> answer) {
      try {
        thread.execute(() -> answer(work, answer));
      } catch (RejectedExecutionException e) {
        var busy = "%d batches wait (expected: fewer)".formatted(BATCHES_MAX);
        answer.onError(Status.UNAVAILABLE.withDescription(busy).asRuntimeException());
      }
    }

    private static void answer(Supplier<Delivery> work, StreamObserver<DeliverReply> answer) {
      var reply = DeliveryCodec.reply(work.get());
      try {
        answer.onNext(reply);
        answer.onCompleted();
      } catch (StatusRuntimeException e) {
        // Whoever asked has gone meanwhile; he asks again and is told then.
        LOG.log(Level.DEBUG, "an answer that nobody waits for", e);
      }
    }
  }
}
