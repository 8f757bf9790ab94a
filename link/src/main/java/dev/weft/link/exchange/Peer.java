package dev.weft.link.exchange;

import dev.weft.link.exchange.Ledger.Ended;
import dev.weft.link.generated.v1.Returned;
import dev.weft.link.generated.v1.Welcome;
import dev.weft.link.identity.Address;
import dev.weft.link.identity.Security;
import io.grpc.ManagedChannel;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Supplier;
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
  private static final String LEAVING = "the receiver is about to end";

  private final Address address;
  private final String source;
  private final long incarnation;
  private final ExchangeSettings settings;
  private final Security security;
  private final LinkThreads threads;
  private final Ledger ledger;
  private final Breaker breaker;
  private final Pulse pulse;
  private final Later pumping;
  private final Future<?> ticks;
  private final Uplink.Events events = new Stream();

  private Optional<Uplink> uplink = Optional.empty();
  private boolean isConnecting;
  private boolean isClosed;
  private long streams;
  private long connections;
  private long begunNanos;
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
    this.pulse = new Pulse(settings.heartbeat(), settings.silenceMax());
    this.breaker = new Breaker(settings.breaker(), random, now());
    this.pumping = new Later(threads, this::pump);
    this.ticks = threads.every(settings.heartbeat().dividedBy(TICKS), this::tick);
    // Who asks for a peer is about to ask it.
    threads.execute(this::tick);
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
   *     thread of its own. Whoever cancels it, or completes it in another way, tells the receiver
   *     that nobody waits
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
                  giveUp(pending);
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
    if (uplink.filter(Uplink::isLeaving).isPresent()) {
      return Optional.of(Answer.Refused.before(Reason.CLOSED, LEAVING));
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

  private boolean isWelcomed() {
    return uplink.map(Uplink::isWelcomed).orElse(false);
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
  private synchronized void pump() {
    uplink.ifPresent(up -> up.pump(ledger, pumping, System::nanoTime));
  }

  private void tick() {
    try {
      if (beginsToConnect(now())) {
        connect();
      } else {
        complete(look(now()));
      }
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, "a look at " + address + " failed", e);
    }
  }

  private synchronized List<Ended> look(long now) {
    if (isClosed || uplink.isEmpty()) {
      return List.of();
    }
    if (!isWelcomed()) {
      return now - begunNanos >= settings.connectTimeout().toNanos()
          ? lose(now, "no welcome within " + settings.connectTimeout(), true)
          : List.of();
    }
    if (pulse.isSilent(now)) {
      return lose(now, "no word for " + settings.silenceMax(), true);
    }
    ping(now);
    return List.of();
  }

  private void ping(long now) {
    var number = pulse.ping(now);
    if (number.isPresent()) {
      uplink.ifPresent(up -> up.send(ExchangeCodec.ping(number.getAsLong())));
      confirm(1);
    }
  }

  private void confirm(int least) {
    var confirmed = ledger.confirm(least);
    if (!confirmed.isEmpty()) {
      uplink.ifPresent(up -> up.send(ExchangeCodec.settled(confirmed)));
    }
  }

  /** Whether whoever calls is to connect now; nobody else hears so meanwhile. */
  private synchronized boolean beginsToConnect(long now) {
    if (isClosed || isConnecting || uplink.isPresent() || !breaker.mayConnect(now)) {
      return false;
    }
    breaker.connecting();
    begunNanos = now;
    isConnecting = true;
    return true;
  }

  /** What takes long, as the first connection of a process does, is done outside of the lock. */
  private void connect() {
    Optional<ManagedChannel> channel = Optional.empty();
    var why = "";
    try {
      channel = Optional.of(Uplink.channel(address, security, settings, threads.calls()));
    } catch (RuntimeException e) {
      why = String.valueOf(e.getMessage());
    }
    complete(open(channel, why));
  }

  private synchronized List<Ended> open(Optional<ManagedChannel> channel, String why) {
    isConnecting = false;
    if (isClosed) {
      channel.ifPresent(ManagedChannel::shutdownNow);
      return List.of();
    }
    if (channel.isEmpty()) {
      return lose(now(), why, false);
    }
    streams++;
    var hello =
        ExchangeCodec.hello(
            source, incarnation, streams, ledger.offer(), settings.payloadBytesMax());
    uplink = Optional.of(Uplink.open(channel.get(), hello, events));
    return List.of();
  }

  /** The connection is no more, or is given up. */
  private List<Ended> lose(long now, String why, boolean isStalled) {
    LOG.log(Level.DEBUG, "{0}: {1}", address, why);
    uplink.ifPresent(up -> up.cut(why));
    uplink = Optional.empty();
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
    uplink.ifPresent(Uplink::welcomed);
    connections++;
    breaker.connected(now);
    ledger.grant(
        ExchangeCodec.lanes(welcome.getLimits()), welcome.getLimits().getPayloadBytesMax());
    var ended = ledger.welcomed(welcome.getIsKnown(), welcome.getThrough(), welcome.getLostList());
    ledger.givenUp().forEach(each -> uplink.ifPresent(up -> up.send(ExchangeCodec.cancel(each))));
    pump();
    pulse.begin(now);
    ping(now);
    return ended;
  }

  private List<Ended> take(Returned returned, long now) {
    pulse.heard(now);
    var ended = ended(returned, now);
    finishIfSettled();
    return ended;
  }

  private List<Ended> ended(Returned returned, long now) {
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
        pulse.pong(returned.getPong().getNumber(), now);
        yield List.of();
      }
      case FAREWELL -> {
        uplink.ifPresent(Uplink::leave);
        yield ledger.refuseUnsent(Reason.CLOSED, LEAVING);
      }
      // That it came is what it says; what a newer receiver says beside is passed over.
      case RECEIVED, SAID_NOT_SET -> List.of();
    };
  }

  /** The receiver that is about to end waits for us to go. */
  private void finishIfSettled() {
    if (ledger.isSettled()) {
      uplink.filter(Uplink::isLeaving).ifPresent(Uplink::finish);
    }
  }

  /** Outside of the lock and in threads of their own: whoever waits may ask for more, or block. */
  private void complete(List<Ended> ended) {
    ended.forEach(each -> threads.execute(() -> each.pending().answer().complete(each.answer())));
  }

  public synchronized PeerStatus status() {
    var state =
        isClosed
            ? PeerStatus.State.CLOSED
            : isWelcomed()
                ? PeerStatus.State.CONNECTED
                : breaker.isClosed() ? PeerStatus.State.CONNECTING : PeerStatus.State.OPEN;
    return new PeerStatus(
        state,
        pulse.roundTrip(),
        IntStream.range(0, Request.LANES).mapToObj(ledger::underWay).toList(),
        connections,
        lastFailure);
  }

  /** Closes it, unless something waits for an answer. */
  boolean closeIfIdle() {
    synchronized (this) {
      if (ledger.underWay() > 0) {
        return false;
      }
      isClosed = true;
    }
    close();
    return true;
  }

  /** Refuses what waits, and everything from now on. */
  void close() {
    ticks.cancel(false);
    List<Ended> ended;
    synchronized (this) {
      isClosed = true;
      uplink.ifPresent(up -> up.cut("closed"));
      uplink = Optional.empty();
      ledger.broken();
      ended = ledger.refuseAll(Reason.CLOSED, "the link was closed");
    }
    complete(ended);
  }

  private List<Ended> hear(Returned returned) {
    try {
      return take(returned, now());
    } catch (IllegalArgumentException e) {
      return lose(now(), "unintelligible: " + e.getMessage(), false);
    }
  }

  private final class Stream implements Uplink.Events {

    @Override
    public void came(Uplink from, Returned returned) {
      complete(ifIsThere(from, () -> hear(returned)));
    }

    @Override
    public void ready(Uplink from) {
      pump();
    }

    @Override
    public void ended(Uplink from, String why) {
      complete(ifIsThere(from, () -> lose(now(), why, false)));
    }

    private List<Ended> ifIsThere(Uplink from, Supplier<List<Ended>> effect) {
      synchronized (Peer.this) {
        return uplink.equals(Optional.of(from)) ? effect.get() : List.of();
      }
    }
  }
}
