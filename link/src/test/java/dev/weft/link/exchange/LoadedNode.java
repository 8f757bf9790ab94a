package dev.weft.link.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.link.identity.Address;
import dev.weft.link.identity.Security;
import dev.weft.link.testkit.FaultProxy;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A node that answers, and asks another one all the time, for tests; counts what became of it. */
final class LoadedNode implements AutoCloseable {

  static final Duration SILENCE_MAX = Duration.ofMillis(500);

  private static final int AT_ONCE = 24;
  private static final int BYTES_MAX = 20_000;
  private static final Duration TIME_MAX = Duration.ofMillis(1_500);
  private static final Duration REFUSED_PAUSE = Duration.ofMillis(5);
  private static final Map<String, ?> SETTINGS =
      Map.of("silence-max", SILENCE_MAX, "connect-timeout", "1s", "part-bytes", 4_096);

  private final String name;
  private final Security security;
  private final Peers peers;
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger underWay = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private final Map<Integer, Integer> runs = new ConcurrentHashMap<>();
  private final Map<Integer, Answer> ended = new ConcurrentHashMap<>();
  private final Exchange exchange;
  private final FaultProxy way;
  private volatile boolean isFinishing;

  private LoadedNode(String name, Security security) throws IOException {
    var settings = TestSettings.quick(SETTINGS);
    this.name = name;
    this.security = security;
    this.peers = new Peers(name, settings, security, new SecureRandom());
    this.exchange = Exchange.listen(Ends.HOST, 0, settings, security, Map.of("run", this::run));
    this.way = FaultProxy.before(Ends.HOST, exchange.port());
  }

  static LoadedNode start(String name, Security security) throws IOException {
    return new LoadedNode(name, security);
  }

  /** By which others reach it. */
  FaultProxy way() {
    return way;
  }

  private CompletableFuture<Answer> run(Asked request) {
    runs.merge(ByteBuffer.wrap(request.payload()).getInt(), 1, Integer::sum);
    return new CompletableFuture<Answer>()
        .completeOnTimeout(new Answer.Done(request.payload()), 3, TimeUnit.MILLISECONDS);
  }

  /** Asks, so many at once, until it is finished; some are cancelled. */
  void askAlways(LoadedNode other) {
    var there = Address.of(Ends.HOST, other.way.port()).named(other.name + ".berlin");
    for (var i = 0; i < AT_ONCE; i++) {
      Thread.ofVirtual().start(() -> askAgainAndAgain(there));
    }
  }

  private void askAgainAndAgain(Address there) {
    underWay.incrementAndGet();
    try {
      while (!isFinishing) {
        askOnce(there);
      }
    } catch (Exception | AssertionError e) {
      failures.incrementAndGet();
      e.printStackTrace();
    } finally {
      underWay.decrementAndGet();
    }
  }

  private void askOnce(Address there) throws Exception {
    var random = ThreadLocalRandom.current();
    var number = asked.incrementAndGet();
    var payload = ByteBuffer.allocate(4 + random.nextInt(BYTES_MAX)).putInt(number).array();
    var time = Duration.ofMillis(1 + random.nextLong(TIME_MAX.toMillis()));
    var lane = random.nextInt(Request.LANES);
    var answer = peers.at(there).ask(new Request("run", lane, payload, time));
    if (random.nextInt(20) == 0) {
      TimeUnit.MILLISECONDS.sleep(random.nextInt(20));
      if (answer.cancel(true)) {
        return;
      }
    }
    // By the deadline, and what a busy machine adds.
    var end = answer.get(time.toMillis() + 5_000, TimeUnit.MILLISECONDS);
    ended.put(number, end);
    if (end instanceof Answer.Done(var echoed)) {
      assertEquals(number, ByteBuffer.wrap(echoed).getInt());
      assertEquals(payload.length, echoed.length);
      done.incrementAndGet();
    } else {
      TimeUnit.NANOSECONDS.sleep(REFUSED_PAUSE.toNanos());
    }
  }

  /** Waits until so many more of its requests are answered. */
  void untilAnswered(int more) {
    var least = done.get() + more;
    Ends.until(() -> done.get() >= least || failures.get() > 0);
  }

  /** Waits until what its files hold was taken. */
  void untilTaken() {
    var identity = security.identity().orElseThrow();
    var _ = identity.look();
    assertFalse(identity.look(), "something new was there and not taken");
  }

  void finish() {
    isFinishing = true;
    Ends.until(() -> underWay.get() == 0);
    for (var peer : peers.all()) {
      Ends.until(() -> peer.status().underWay().stream().allMatch(each -> each == 0));
      assertEquals(PeerStatus.State.CONNECTED, peer.status().state());
    }
  }

  /** Looks whether what became of its requests is what the other one did. */
  void check(LoadedNode other) {
    other.runs.forEach((number, count) -> assertEquals(1, count, "runs of " + number));
    ended.forEach(
        (number, end) -> {
          var hasRun = other.runs.containsKey(number);
          switch (end) {
            case Answer.Done _ -> assertTrue(hasRun, number + " is done and did not run");
            case Answer.Refused refused ->
                assertTrue(refused.mayHaveRun() || !hasRun, number + " ran, and " + refused);
          }
        });
  }

  long connections() {
    return peers.all().stream().mapToLong(each -> each.status().connections()).sum();
  }

  int failures() {
    return failures.get();
  }

  @Override
  public void close() {
    isFinishing = true;
    peers.close();
    way.close();
    exchange.close();
    security.close();
  }
}
