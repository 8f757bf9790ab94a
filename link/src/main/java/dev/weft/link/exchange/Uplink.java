package dev.weft.link.exchange;

import dev.weft.link.generated.v1.ExchangeGrpc;
import dev.weft.link.generated.v1.Returned;
import dev.weft.link.generated.v1.Sent;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import org.jspecify.annotations.Nullable;

/**
 * A sender's stream, over a connection of its own: what stood still is not met again. Tells its
 * {@link Events} in a thread of gRPC's, one at a time. Its own methods are called under one lock.
 */
final class Uplink {

  /** How many words are let in that were not heard yet. */
  static final int WORDS_AHEAD = 64;

  private final ManagedChannel channel;
  private final Events events;
  private @Nullable ClientCallStreamObserver<Sent> call;

  /** What happens to a stream. */
  interface Events {

    void came(Uplink uplink, Returned returned);

    /** More can be sent without delay. */
    void ready(Uplink uplink);

    /** It is over; told once, and not if it was cut. */
    void ended(Uplink uplink, String why);
  }

  private Uplink(ManagedChannel channel, Events events) {
    this.channel = channel;
    this.events = events;
  }

  /** Begins a stream with its first word. */
  static Uplink open(ManagedChannel channel, Sent hello, Events events) {
    var uplink = new Uplink(channel, events);
    var _ = ExchangeGrpc.newStub(channel).open(uplink.new Responses());
    uplink.send(hello);
    return uplink;
  }

  boolean isReady() {
    return call != null && call.isReady();
  }

  void send(Sent sent) {
    if (call != null) {
      call.onNext(sent);
    }
  }

  /** Ends it without a word. */
  void cut(String why) {
    if (call != null) {
      call.cancel(why, null);
    }
    channel.shutdownNow();
  }

  private final class Responses implements ClientResponseObserver<Sent, Returned> {

    private int heard;

    @Override
    public void beforeStart(ClientCallStreamObserver<Sent> stream) {
      call = stream;
      stream.disableAutoRequestWithInitial(WORDS_AHEAD);
      stream.setOnReadyHandler(() -> events.ready(Uplink.this));
    }

    @Override
    public void onNext(Returned returned) {
      heard++;
      if (heard == WORDS_AHEAD / 2 && call != null) {
        heard = 0;
        call.request(WORDS_AHEAD / 2);
      }
      events.came(Uplink.this, returned);
    }

    @Override
    public void onError(Throwable failure) {
      channel.shutdownNow();
      events.ended(Uplink.this, words(Status.fromThrowable(failure)));
    }

    @Override
    public void onCompleted() {
      channel.shutdownNow();
      events.ended(Uplink.this, "the receiver has closed");
    }

    /** The status in one line. */
    private static String words(Status status) {
      var words = new StringBuilder(status.getCode().name());
      if (status.getDescription() != null) {
        words.append(": ").append(status.getDescription());
      }
      if (status.getCause() != null) {
        words.append(": ").append(status.getCause().getMessage());
      }
      return words.toString().lines().findFirst().orElse("");
    }
  }
}
