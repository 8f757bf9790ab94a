package dev.weft.link.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.link.identity.Address;
import dev.weft.link.identity.Security;
import dev.weft.link.testkit.FaultProxy;
import dev.weft.link.testkit.FaultProxy.Way;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two real ends, with a proxy between that makes the way worse. */
class ExchangeTest {

  private static final String HOST = "127.0.0.1";
  private static final Duration LONG = Duration.ofSeconds(30);

  private final LinkedBlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();
  private final Map<Integer, Integer> runs = new ConcurrentHashMap<>();
  private final Security security = Security.none();
  private final Map<String, Handler> handlers =
      Map.of(
          "echo", asked -> CompletableFuture.completedFuture(new Answer.Done(asked.payload())),
          "large",
              asked ->
                  CompletableFuture.completedFuture(
                      new Answer.Done(new byte[ByteBuffer.wrap(asked.payload()).getInt()])),
          "count", this::count,
          "wait", this::await,
          "fail",
              _ -> {
                throw new IllegalStateException("the handler is broken");
              });

  private Exchange exchange;
  private FaultProxy proxy;
  private Peers peers;
  private Peer peer;

  /** A request that a test answers by hand. */
  private record Waiting(Asked asked, CompletableFuture<Answer> answer) {}

  private CompletableFuture<Answer> await(Asked asked) {
    var each = new Waiting(asked, new CompletableFuture<>());
    waiting.add(each);
    return each.answer();
  }

  private CompletableFuture<Answer> count(Asked asked) {
    runs.merge(ByteBuffer.wrap(asked.payload()).getInt(), 1, Integer::sum);
    return new CompletableFuture<Answer>()
        .completeOnTimeout(new Answer.Done(asked.payload()), 2, TimeUnit.MILLISECONDS);
  }

  @BeforeEach
  void start() throws IOException {
    begin(TestSettings.quick(), 0);
  }

  private void begin(ExchangeSettings settings, int port) throws IOException {
    exchange = Exchange.listen(HOST, port, settings, security, handlers);
    proxy = FaultProxy.before(HOST, exchange.port());
    peers = new Peers("test", settings, security, new java.security.SecureRandom());
    peer = peers.at(Address.of(HOST, proxy.port()));
  }

  private void restart(Map<String, ?> changes) throws IOException {
    end();
    begin(TestSettings.quick(changes), 0);
  }

  @AfterEach
  void end() {
    peers.close();
    proxy.close();
    exchange.close();
  }

  private CompletableFuture<Answer> ask(String kind, int lane, byte[] payload) {
    return peer.ask(new Request(kind, lane, payload, LONG));
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  private static Answer get(CompletableFuture<Answer> answer) throws Exception {
    return answer.get(30, TimeUnit.SECONDS);
  }

  private static Answer.Refused refused(CompletableFuture<Answer> answer) throws Exception {
    return assertInstanceOf(Answer.Refused.class, get(answer));
  }

  private static byte[] done(CompletableFuture<Answer> answer) throws Exception {
    return assertInstanceOf(Answer.Done.class, get(answer)).payload();
  }

  private static void until(BooleanSupplier condition) {
    var end = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < end, "waited for too long");
      LockSupport.parkNanos(1_000_000);
    }
  }

  private void untilIs(PeerStatus.State state) {
    until(() -> peer.status().state() == state);
  }

  @Test
  void payloadsOfAnySizeComeBackAsTheyWere() throws Exception {
    var random = new Random(1);
    for (var bytes : List.of(0, 1, 1_000, 32 << 10, (32 << 10) + 1, 3_000_000, 16 << 20)) {
      var payload = new byte[bytes];
      random.nextBytes(payload);
      assertArrayEquals(payload, done(ask("echo", bytes % 4, payload)), bytes + " bytes");
    }
  }

  @Test
  void aPayloadAboveTheLimitIsRefusedHereAndAnAnswerAboveItThere() throws Exception {
    var large = refused(ask("echo", 0, new byte[(16 << 20) + 1]));
    assertEquals(Reason.TOO_LARGE, large.reason());
    assertEquals("payload: 16777217 bytes (expected: <= 16777216)", large.detail());
    assertFalse(large.mayHaveRun());
    var answer = refused(ask("large", 0, number((16 << 20) + 1)));
    assertEquals(Reason.TOO_LARGE, answer.reason());
    assertTrue(answer.mayHaveRun());
  }

  @Test
  void whatFailsAndWhatNobodyAnswersIsSaid() throws Exception {
    var failed = refused(ask("fail", 0, new byte[1]));
    assertEquals(Reason.FAILED, failed.reason());
    assertTrue(failed.detail().contains("the handler is broken"), failed.detail());
    assertEquals(Reason.UNKNOWN_KIND, refused(ask("nothing", 0, new byte[1])).reason());
  }

  @Test
  void aLaneWithoutCreditIsRefusedAtOnceAndKeepsNoOther() throws Exception {
    restart(Map.of("lanes", lanes(2)));
    untilIs(PeerStatus.State.CONNECTED);
    var first = ask("wait", 1, new byte[1]);
    var second = ask("wait", 1, new byte[1]);
    var third = ask("wait", 1, new byte[1]);
    assertTrue(third.isDone());
    assertEquals(Reason.BUSY, refused(third).reason());
    assertArrayEquals(number(7), done(ask("echo", 0, number(7))));
    for (var i = 0; i < 2; i++) {
      waiting.take().answer().complete(new Answer.Done(new byte[0]));
    }
    done(first);
    done(second);
    assertArrayEquals(number(8), done(ask("echo", 1, number(8))));
  }

  private static List<Map<String, Object>> lanes(int requests) {
    var lanes = new ArrayList<Map<String, Object>>();
    for (var lane = 0; lane < Request.LANES; lane++) {
      lanes.add(Map.of("requests", requests, "bytes", "64 MiB"));
    }
    return lanes;
  }

  @Test
  void theTimeLeftReachesTheReceiverAndEndsTheWait() throws Exception {
    untilIs(PeerStatus.State.CONNECTED);
    var answer = peer.ask(new Request("wait", 0, new byte[1], Duration.ofMillis(300)));
    var there = waiting.take();
    var left = there.asked().timeLeft();
    assertTrue(left.compareTo(Duration.ofMillis(300)) <= 0, "left " + left);
    var late = refused(answer);
    assertEquals(Reason.TIMED_OUT, late.reason());
    assertTrue(late.mayHaveRun());
    until(() -> there.asked().isGivenUp());
    // Its credit comes back when it has ended there.
    assertEquals(1, peer.status().underWay().getFirst());
    there.answer().complete(new Answer.Done(new byte[1]));
    until(() -> peer.status().underWay().getFirst() == 0);
  }

  @Test
  void whoGivesUpIsNotWorkedForAnyLonger() throws Exception {
    var answer = ask("wait", 0, new byte[1]);
    var there = waiting.take();
    var told = new CompletableFuture<Boolean>();
    there.asked().whenGivenUp(() -> told.complete(true));
    answer.cancel(true);
    assertTrue(told.get(30, TimeUnit.SECONDS));
  }

  @Test
  void aRequestWhoseConnectionBreaksIsRunOnceAndAnswered() throws Exception {
    var answer = ask("wait", 0, number(1));
    var there = waiting.take();
    proxy.breakConnections();
    until(() -> peer.status().connections() >= 2);
    there.answer().complete(new Answer.Done(number(2)));
    assertArrayEquals(number(2), done(answer));
    assertEquals(0, waiting.size(), "it came a second time");
  }

  @Test
  void anAnswerThatIsReadyWhileThereIsNoConnectionIsRemembered() throws Exception {
    var answer = ask("wait", 0, number(1));
    var there = waiting.take();
    proxy.cut();
    until(() -> peer.status().state() != PeerStatus.State.CONNECTED);
    there.answer().complete(new Answer.Done(number(2)));
    proxy.heal();
    assertArrayEquals(number(2), done(answer));
  }

  @Test
  void aReceiverThatWasStartedAnewSaysThatItHasForgotten() throws Exception {
    var answer = ask("wait", 0, number(1));
    waiting.take();
    var port = exchange.port();
    exchange.close();
    exchange = Exchange.listen(HOST, port, TestSettings.quick(), security, handlers);
    var forgotten = refused(answer);
    assertEquals(Reason.FORGOTTEN, forgotten.reason());
    assertTrue(forgotten.mayHaveRun());
    assertEquals(0, waiting.size(), "it came a second time");
  }

  @Test
  void manyRequestsOverAConnectionThatBreaksAgainAndAgainAreEachRunOnce() throws Exception {
    var random = new Random(5);
    var answers = new HashMap<Integer, CompletableFuture<Answer>>();
    for (var i = 0; i < 600; i++) {
      if (i % 40 == 39) {
        proxy.breakConnections();
      }
      var payload = ByteBuffer.allocate(4 + random.nextInt(100_000)).putInt(i).array();
      answers.put(i, ask("count", i % 4, payload));
      var oldest = answers.get(Math.max(0, i - 10));
      if (oldest != null) {
        var _ = get(oldest);
      }
    }
    var done = 0;
    for (var each : answers.entrySet()) {
      switch (get(each.getValue())) {
        case Answer.Done(var payload) -> {
          done++;
          assertEquals(each.getKey(), ByteBuffer.wrap(payload).getInt());
          assertEquals(1, runs.get(each.getKey()));
        }
        case Answer.Refused refused ->
            assertTrue(refused.mayHaveRun() || !runs.containsKey(each.getKey()), "" + refused);
      }
    }
    runs.forEach((name, count) -> assertEquals(1, count, "runs of " + name));
    assertTrue(done > 400, "answered " + done);
  }

  @Test
  void aHalfDeadLinkFailsFastAndComesBack() throws Exception {
    untilIs(PeerStatus.State.CONNECTED);
    proxy.drop(Way.BOTH);
    var caught = ask("echo", 0, number(1));
    untilIs(PeerStatus.State.OPEN);
    var refused = ask("echo", 0, number(2));
    assertTrue(refused.isDone());
    assertEquals(Reason.UNREACHABLE, refused(refused).reason());
    assertFalse(refused(refused).mayHaveRun());
    proxy.heal();
    untilIs(PeerStatus.State.CONNECTED);
    assertArrayEquals(number(3), done(ask("echo", 0, number(3))));
    // What was on its way when the link died is brought to its end on the new connection.
    assertArrayEquals(number(1), done(caught));
  }

  @Test
  void aLinkThatIsDeafOneWayIsNoticedToo() {
    untilIs(PeerStatus.State.CONNECTED);
    proxy.drop(Way.TO_CLIENT);
    untilIs(PeerStatus.State.OPEN);
    proxy.heal();
    untilIs(PeerStatus.State.CONNECTED);
    proxy.drop(Way.TO_SERVER);
    untilIs(PeerStatus.State.OPEN);
  }

  @Test
  void aReceiverThatIsNotThereIsUnreachableSoonAndAsksLater() throws Exception {
    proxy.cut();
    untilIs(PeerStatus.State.OPEN);
    var refused = refused(ask("echo", 0, number(1)));
    assertEquals(Reason.UNREACHABLE, refused.reason());
    proxy.heal();
    untilIs(PeerStatus.State.CONNECTED);
    assertArrayEquals(number(1), done(ask("echo", 0, number(1))));
  }

  @Test
  void aLargePayloadOnASlowLinkDoesNotKeepAnUrgentOne() throws Exception {
    restart(Map.of("window-bytes", "64 KiB", "part-bytes", "8 KiB"));
    untilIs(PeerStatus.State.CONNECTED);
    proxy.throttle(Way.TO_SERVER, 1_000_000);
    var large = ask("echo", 3, new byte[6_000_000]);
    until(() -> peer.status().underWay().get(3) == 1);
    var begun = System.nanoTime();
    assertArrayEquals(number(1), done(ask("echo", 0, number(1))));
    var took = Duration.ofNanos(System.nanoTime() - begun);
    assertFalse(large.isDone(), "the large one came first, after " + took);
    assertEquals(6_000_000, done(large).length);
    assertEquals(PeerStatus.State.CONNECTED, peer.status().state());
  }

  @Test
  void theCapHolds() throws Exception {
    restart(Map.of("bytes-per-second", 1_000_000));
    untilIs(PeerStatus.State.CONNECTED);
    var begun = System.nanoTime();
    done(ask("echo", 0, new byte[2_000_000]));
    var millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    assertTrue(millis >= 950, "2 MB at 1 MB/s, of which one at once, took " + millis + " ms");
  }

  @Test
  void closingRefusesWhatWaitsAndWhatComes() throws Exception {
    var answer = ask("wait", 0, new byte[1]);
    waiting.take();
    peers.close();
    assertEquals(Reason.CLOSED, refused(answer).reason());
    assertEquals(Reason.CLOSED, refused(ask("echo", 0, new byte[1])).reason());
    assertEquals(PeerStatus.State.CLOSED, peer.status().state());
  }

  @Test
  void inTheClearSpeaksWithThisMachineOnly() {
    var refused =
        assertThrows(
            IllegalArgumentException.class, () -> peers.at(Address.of("192.0.2.1", 9_000)));
    assertTrue(String.valueOf(refused.getMessage()).contains("weft.link.tls.certificate"));
    assertThrows(
        IllegalArgumentException.class,
        () -> Exchange.listen("0.0.0.0", 0, TestSettings.quick(), security, handlers));
  }
}
