package dev.weft.link.exchange;

import dev.weft.link.generated.v1.ExchangeGrpc;
import dev.weft.link.generated.v1.Returned;
import dev.weft.link.generated.v1.Sent;
import dev.weft.link.identity.Address;
import dev.weft.link.identity.CallFailure;
import dev.weft.link.identity.Security;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
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
  private boolean isWelcomed;
  private boolean isLeaving;
  private boolean isFinished;

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

  /**
   * A way to a node; nothing goes over it yet.
   *
   * @param calls runs what comes
   * @throws IllegalArgumentException if it must not be spoken with without protection
   */
  static ManagedChannel channel(
      Address address, Security security, ExchangeSettings settings, Executor calls) {
    return security
        .channel(address)
        .executor(calls)
        .flowControlWindow(settings.windowBytes())
        .maxInboundMessageSize(ExchangeSettings.MESSAGE_BYTES_MAX)
        .build();
  }

  /** Begins a stream with its first word. */
  static Uplink open(ManagedChannel channel, Sent hello, Events events) {
    var uplink = new Uplink(channel, events);
    var _ = ExchangeGrpc.newStub(channel).open(uplink.new Responses());
    uplink.send(hello);
    return uplink;
  }

  /** The receiver knows who is there. */
  void welcomed() {
    isWelcomed = true;
  }

  boolean isWelcomed() {
    return isWelcomed;
  }

  /** The receiver is about to end, and waits for the sender to go. */
  void leave() {
    isLeaving = true;
  }

  boolean isLeaving() {
    return isLeaving;
  }

  /**
   * Sends what can go now.
   *
   * @param later has this be done again
   */
  void pump(Ledger ledger, Later later, LongSupplier nanos) {
    while (isWelcomed && !isLeaving && isReady()) {
      var now = nanos.getAsLong();
      switch (ledger.next(now)) {
        case Outgoing.Next.Part(var pending, var offset, var content) ->
            send(ExchangeCodec.request(pending, offset, content, now));
        case Outgoing.Next.Wait(var wait) -> {
          later.after(wait);
          return;
        }
        case Outgoing.Next.Nothing() -> {
          return;
        }
      }
    }
  }

  private boolean isReady() {
    return call != null && call.isReady();
  }

  void send(Sent sent) {
    if (call != null && !isFinished) {
      call.onNext(sent);
    }
  }

  /** Says that nothing more will come. */
  void finish() {
    if (call != null && !isFinished) {
      isFinished = true;
      call.onCompleted();
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
      events.ended(Uplink.this, CallFailure.words(failure));
    }

    @Override
    public void onCompleted() {
      channel.shutdownNow();
      events.ended(Uplink.this, "the receiver has closed");
    }
  }
}
