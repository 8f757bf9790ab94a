package dev.weft.link.exchange;

import dev.weft.link.exchange.Ledger.Ended;
import dev.weft.link.generated.v1.Hello;
import dev.weft.link.generated.v1.Returned;
import dev.weft.link.generated.v1.Welcome;
import dev.weft.link.identity.Address;
import dev.weft.link.identity.Security;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Another node, as one that asks sees it. Keeps a connection, and makes it anew when it breaks.
 * {@link #ask} never blocks: what cannot be sent soon is refused at once, with a reason.
 * Threadsafe.
 */
public final class Peer {

  private static final Logger LOG = System.getLogger(Peer.class.getName());

  /** Looks at time per heartbeat. */
  private static final int TICKS = 4;

  private static final int CONFIRM_AT = 32;

  private final Address address;
  private final String source;
  private final long incarnation;
  private final ExchangeSettings settings;
  private final Security security;
  private final LinkThreads threads;
  private final Ledger ledger;
  private final Breaker breaker;
  private final Future<?> ticks;
  private final Uplink.Events events = new Stream();

  private Optional<Uplink> uplink = Optional.empty();
  private boolean isWelcomed;
  private boolean isClosed;
  private boolean isPumpDue;
  private long streams;
  private long connections;
  private long begunNanos;
  private long heardNanos;
  private long pingedNanos;
  private long pings;
  private Optional<Duration> roundTrip = Optional.empty();
  private Optional<String> lastFailure = Optional.empty();

  Peer(
      Address address,
      String source,
      ExchangeSettings settings,
      Security security,
      LinkThreads threads,
      RandomGenerator random) {
    this.address = address;
    this.source = source;
    this.incarnation = random.nextLong();
    this.settings = settings;
    this.security = security;
    this.threads = threads;
    this.ledger = new Ledger(settings);
    this.breaker = new Breaker(settings.breaker(), random, now());
    this.ticks = threads.every(settings.heartbeat().dividedBy(TICKS), this::tick);
  }

  private static long now() {
    return System.nanoTime();
  }

  public Address address() {
    return address;
  }

  /**
   * Asks for something.
   *
   * @return completes with how it ended, by the deadline at the latest, never exceptionally, in a
   *     thread that must not be blocked. Cancelling it tells the receiver that nobody waits
   */
  public CompletableFuture<Answer> ask(Request request) {
    var now = now();
    var pending = new Pending(request, now);
    var refused =
        request.timeLeft().isPositive()
            ? take(pending)
            : Optional.<Answer>of(
                Answer.Refused.before(Reason.TIMED_OUT, "no time is left (expected: > 0)"));
    if (refused.isPresent()) {
      pending.answer().complete(refused.get());
      return pending.answer();
    }
    var deadline = threads.after(request.timeLeft().toNanos(), () -> expire(pending));
    var _ =
        pending
            .answer()
            .whenComplete(
                (_, _) -> {
                  deadline.cancel(false);
                  if (pending.answer().isCancelled()) {
                    giveUp(pending);
                  }
                });
    return pending.answer();
  }

  private synchronized Optional<Answer> take(Pending pending) {
    if (isClosed) {
      return Optional.of(Answer.Refused.before(Reason.CLOSED, "the link is closed"));
    }
    if (!breaker.isClosed()) {
      return Optional.of(Answer.Refused.before(Reason.UNREACHABLE, unreachable()));
    }
    var refused = ledger.add(pending);
    if (refused.isEmpty()) {
      pump();
    }
    return refused;
  }

  private String unreachable() {
    return "%s: %s".formatted(address, lastFailure.orElse("no connection yet"));
  }

  private void expire(Pending pending) {
    var isPerhapsDone = giveUp(pending);
    pending
        .answer()
        .complete(
            new Answer.Refused(
                Reason.TIMED_OUT, isPerhapsDone, "%s: no answer".formatted(address)));
  }

  /** Whether the receiver may have carried it out. */
  private synchronized boolean giveUp(Pending pending) {
    ledger
        .giveUp(pending)
        .ifPresent(sequence -> uplink.ifPresent(up -> up.send(ExchangeCodec.cancel(sequence))));
    return pending.isSent();
  }

  /** Sends what can go now. */
  private void pump() {
    while (isWelcomed && uplink.isPresent() && uplink.get().isReady()) {
      var now = now();
      switch (ledger.next(now)) {
        case Outgoing.Next.Part(var pending, var offset, var content) ->
            uplink.get().send(ExchangeCodec.request(pending, offset, content, now));
        case Outgoing.Next.Wait(var nanos) -> {
          pumpLater(nanos);
          return;
        }
        case Outgoing.Next.Nothing() -> {
          return;
        }
      }
    }
  }

  private void pumpLater(long nanos) {
    if (!isPumpDue) {
      isPumpDue = true;
      var _ =
          threads.after(
              nanos,
              () -> {
                synchronized (this) {
                  isPumpDue = false;
                  pump();
                }
              });
    }
  }

  private void tick() {
    try {
      complete(look(now()));
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "a look at " + address + " failed", e);
    }
  }

  private synchronized List<Ended> look(long now) {
    if (isClosed) {
      return List.of();
    }
    if (uplink.isEmpty()) {
      return breaker.mayConnect(now) ? connect(now) : List.of();
    }
    if (!isWelcomed && now - begunNanos >= settings.connectTimeout().toNanos()) {
      return lose(now, "no welcome within " + settings.connectTimeout(), true);
    }
    if (isWelcomed && now - heardNanos >= settings.silenceMax().toNanos()) {
      return lose(now, "no word for " + settings.silenceMax(), true);
    }
    if (isWelcomed && now - pingedNanos >= settings.heartbeat().toNanos()) {
      pingedNanos = now;
      pings++;
      uplink.get().send(ExchangeCodec.ping(pings));
      confirm(1);
    }
    return List.of();
  }

  private void confirm(int least) {
    var confirmed = ledger.confirm(least);
    if (!confirmed.isEmpty()) {
      uplink.ifPresent(up -> up.send(ExchangeCodec.settled(confirmed)));
    }
  }

  private List<Ended> connect(long now) {
    breaker.connecting();
    begunNanos = now;
    streams++;
    var hello =
        Hello.newBuilder()
            .setVersion(ExchangeCodec.VERSION)
            .setSource(source)
            .setIncarnation(incarnation)
            .setStream(streams)
            .addAllAwaited(ledger.awaited())
            .setAnswerBytesMax(settings.payloadBytesMax())
            .build();
    try {
      var channel =
          security
              .channel(address)
              .executor(threads.calls())
              .flowControlWindow(settings.windowBytes())
              .maxInboundMessageSize(ExchangeSettings.MESSAGE_BYTES_MAX)
              .build();
      uplink = Optional.of(Uplink.open(channel, ExchangeCodec.hello(hello), events));
      return List.of();
    } catch (RuntimeException e) {
      return lose(now, String.valueOf(e.getMessage()), false);
    }
  }

  /** The connection is no more, or is given up. */
  private List<Ended> lose(long now, String why, boolean isStalled) {
    LOG.log(Level.DEBUG, "{0}: {1}", address, why);
    uplink.ifPresent(up -> up.cut(why));
    uplink = Optional.empty();
    isWelcomed = false;
    lastFailure = Optional.of(why);
    if (isStalled) {
      breaker.stalled(now);
    } else {
      breaker.failed(now);
    }
    ledger.broken();
    var _ = threads.after(Math.max(0, breaker.nextTryNanos() - now), this::tick);
    return breaker.isClosed() ? List.of() : ledger.refuseUnsent(Reason.UNREACHABLE, unreachable());
  }

  private List<Ended> welcome(Welcome welcome, long now) {
    isWelcomed = true;
    connections++;
    breaker.connected(now);
    ledger.grant(
        ExchangeCodec.lanes(welcome.getLimits()), welcome.getLimits().getPayloadBytesMax());
    var ended = ledger.welcomed(welcome.getIsKnown(), welcome.getThrough(), welcome.getLostList());
    pump();
    return ended;
  }

  private List<Ended> take(Returned returned, long now) {
    heardNanos = now;
    return switch (returned.getSaidCase()) {
      case WELCOME -> welcome(returned.getWelcome(), now);
      case PART -> {
        var part = returned.getPart();
        var ended =
            ledger.part(part.getSequence(), part.getTotal(), part.getOffset(), part.getContent());
        confirm(CONFIRM_AT);
        yield ended.stream().toList();
      }
      case REFUSAL -> {
        var refusal = returned.getRefusal();
        yield ledger.refused(refusal.getSequence(), ExchangeCodec.refused(refusal)).stream()
            .toList();
      }
      case LIMITS -> {
        var limits = returned.getLimits();
        ledger.grant(ExchangeCodec.lanes(limits), limits.getPayloadBytesMax());
        yield List.of();
      }
      case PONG -> {
        if (returned.getPong().getNumber() == pings) {
          roundTrip = Optional.of(Duration.ofNanos(now - pingedNanos));
        }
        yield List.of();
      }
      // That it came is what it says; what a newer receiver says beside is passed over.
      case RECEIVED, SAID_NOT_SET -> List.of();
    };
  }

  /** Outside of the lock: whoever waits may ask for more. */
  private static void complete(List<Ended> ended) {
    ended.forEach(each -> each.pending().answer().complete(each.answer()));
  }

  public synchronized PeerStatus status() {
    var state =
        isClosed
            ? PeerStatus.State.CLOSED
            : isWelcomed
                ? PeerStatus.State.CONNECTED
                : breaker.isClosed() ? PeerStatus.State.CONNECTING : PeerStatus.State.OPEN;
    return new PeerStatus(
        state,
        roundTrip,
        IntStream.range(0, Request.LANES).mapToObj(ledger::underWay).toList(),
        connections,
        lastFailure);
  }

  /** Refuses what waits, and everything from now on. */
  void close() {
    ticks.cancel(false);
    List<Ended> ended;
    synchronized (this) {
      isClosed = true;
      uplink.ifPresent(up -> up.cut("closed"));
      uplink = Optional.empty();
      isWelcomed = false;
      ledger.broken();
      ended = ledger.refuseAll(Reason.CLOSED, "the link was closed");
    }
    complete(ended);
  }

  private final class Stream implements Uplink.Events {

    @Override
    public void came(Uplink from, Returned returned) {
      List<Ended> ended;
      synchronized (Peer.this) {
        if (!uplink.equals(Optional.of(from))) {
          return;
        }
        try {
          ended = take(returned, now());
        } catch (IllegalArgumentException e) {
          ended = lose(now(), "unintelligible: " + e.getMessage(), false);
        }
      }
      complete(ended);
    }

    @Override
    public void ready(Uplink from) {
      synchronized (Peer.this) {
        if (uplink.equals(Optional.of(from))) {
          pump();
        }
      }
    }

    @Override
    public void ended(Uplink from, String why) {
      List<Ended> ended = List.of();
      synchronized (Peer.this) {
        if (uplink.equals(Optional.of(from))) {
          ended = lose(now(), why, false);
        }
      }
      complete(ended);
    }
  }
}
