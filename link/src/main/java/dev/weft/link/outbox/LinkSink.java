package dev.weft.link.outbox;

import dev.weft.link.generated.v1.DeliverReply;
import dev.weft.link.generated.v1.LinkGrpc;
import dev.weft.link.generated.v1.ReachedRequest;
import dev.weft.link.identity.Address;
import dev.weft.link.identity.Security;
import dev.weft.persistence.outbox.Delivery;
import dev.weft.persistence.outbox.Sink;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * A sink that is a {@link LinkReceiver} in another process. Connects when something is to be sent,
 * and again after the other side was gone.
 */
public final class LinkSink implements Sink {

  /** What gRPC says of a message above a receiver's limit. */
  private static final String TOO_LARGE = "message exceeds maximum size";

  private final ManagedChannel channel;
  private final Security security;
  private final LinkGrpc.LinkStub stub;
  private final Duration timeout;

  private LinkSink(ManagedChannel channel, Security security, Duration timeout) {
    this.channel = channel;
    this.security = security;
    this.stub = LinkGrpc.newStub(channel);
    this.timeout = timeout;
  }

  /**
   * A link to a receiver, which need not be there yet.
   *
   * @param security is closed with it
   * @param timeout within which an answer comes
   * @throws IllegalArgumentException if it would be unprotected beyond this machine
   */
  public static LinkSink to(Address address, Security security, Duration timeout) {
    var channel =
        security
            .channel(address)
            // A network that went without a word is noticed, and another connection tried.
            .keepAliveTime(LinkReceiver.KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
            .build();
    return new LinkSink(channel, security, timeout);
  }

  @Override
  public CompletionStage<Delivery> deliver(byte[] envelope) {
    var reply = new CompletableFuture<Delivery>();
    // The outbox decides when to try again; the channel shall not wait longer by itself.
    channel.resetConnectBackoff();
    stub.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
        .deliver(DeliveryCodec.request(envelope), new Answer(reply));
    return reply;
  }

  @Override
  public CompletionStage<Delivery> reached(String source) {
    var reply = new CompletableFuture<Delivery>();
    channel.resetConnectBackoff();
    stub.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
        .reached(ReachedRequest.newBuilder().setSource(source).build(), new Answer(reply));
    return reply;
  }

  private record Answer(CompletableFuture<Delivery> reply) implements StreamObserver<DeliverReply> {

    @Override
    public void onNext(DeliverReply answer) {
      reply.complete(DeliveryCodec.delivery(answer));
    }

    @Override
    public void onError(Throwable failure) {
      var status = Status.fromThrowable(failure);
      var detail = String.valueOf(status.getDescription());
      // Others on the way may say that they are exhausted; only this is said of the batch.
      if (status.getCode() == Status.Code.RESOURCE_EXHAUSTED && detail.contains(TOO_LARGE)) {
        reply.complete(new Delivery.Refused(Delivery.Reason.TOO_LARGE, detail));
      } else {
        reply.complete(new Delivery.Unanswered(words(status)));
      }
    }

    /** The status in one line. */
    private static String words(Status status) {
      var words = new StringBuilder(status.getCode().name());
      if (status.getDescription() != null) {
        words.append(": ").append(status.getDescription());
      }
      var cause = status.getCause();
      if (cause != null) {
        words.append(": ").append(cause.getMessage());
      }
      return words.toString().lines().findFirst().orElse("");
    }

    @Override
    public void onCompleted() {
      reply.complete(new Delivery.Unanswered("no answer (expected: one)"));
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    security.close();
  }
}
