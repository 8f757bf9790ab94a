package dev.weft.link;

import dev.weft.link.generated.v1.DeliverReply;
import dev.weft.link.generated.v1.DeliverRequest;
import dev.weft.link.generated.v1.LinkGrpc;
import dev.weft.persistence.outbox.Inbox;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;

/**
 * Listens for outboxes and leaves what they send in an {@link Inbox}, on the disk before it
 * answers.
 */
public final class LinkReceiver implements AutoCloseable {

  /** Time without a word after which either side asks whether the other is there. */
  static final long KEEP_ALIVE_SECONDS = 30;

  private static final int FRAMING_BYTES = 1_024;

  /** An outbox sends one batch at a time; one more may be on its way after a deadline. */
  private static final int CALLS_MAX = 4;

  private final Server server;

  private LinkReceiver(Server server) {
    this.server = server;
  }

  /**
   * Begins to listen.
   *
   * @param host of the interface; port 0 takes a free one
   * @param inbox stays the caller's
   * @param batchBytesMax of a batch as it is sent; larger ones are refused
   * @throws IOException if the port is taken
   */
  public static LinkReceiver listen(String host, int port, Inbox inbox, int batchBytesMax)
      throws IOException {
    var server =
        NettyServerBuilder.forAddress(new InetSocketAddress(host, port))
            .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .permitKeepAliveTime(KEEP_ALIVE_SECONDS / 2, TimeUnit.SECONDS)
            .maxConcurrentCallsPerConnection(CALLS_MAX)
            .maxInboundMessageSize(batchBytesMax + FRAMING_BYTES)
            .addService(new Service(inbox))
            .build();
    return new LinkReceiver(server.start());
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
  }

  private static final class Service extends LinkGrpc.LinkImplBase {

    private final Inbox inbox;

    private Service(Inbox inbox) {
      this.inbox = inbox;
    }

    @Override
    public void deliver(DeliverRequest request, StreamObserver<DeliverReply> answer) {
      answer.onNext(DeliveryCodec.reply(inbox.receive(DeliveryCodec.envelope(request))));
      answer.onCompleted();
    }
  }
}
