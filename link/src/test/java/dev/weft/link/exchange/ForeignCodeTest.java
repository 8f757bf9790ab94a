package dev.weft.link.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What others wrote may block: it keeps neither the link nor what has nothing to do with it. */
class ForeignCodeTest {

  private static final byte[] SMALL = {7};

  private final CountDownLatch released = new CountDownLatch(1);
  private final CountDownLatch held = new CountDownLatch(1);
  private final AtomicInteger blocked = new AtomicInteger();
  private final LinkedBlockingQueue<Asked> waiting = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Integer> order = new LinkedBlockingQueue<>();
  private final Map<String, Handler> handlers =
      Map.of(
          "echo", Ends.ECHO,
          "block",
              asked -> {
                block();
                return Ends.ECHO.handle(asked);
              },
          "held",
              asked -> {
                await(held);
                return Ends.ECHO.handle(asked);
              },
          "order",
              asked -> {
                order.add((int) asked.payload()[0]);
                return Ends.ECHO.handle(asked);
              },
          "wait",
              asked -> {
                asked.whenGivenUp(this::block);
                waiting.add(asked);
                return new CompletableFuture<>();
              });

  private Ends ends;

  private void block() {
    blocked.incrementAndGet();
    await(released);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void untilBlocked(int least) {
    Ends.until(() -> blocked.get() >= least);
  }

  @BeforeEach
  void begin() throws Exception {
    ends = Ends.begin(Map.of(), handlers);
    ends.untilConnected();
  }

  @AfterEach
  void end() {
    released.countDown();
    ends.close();
  }

  @Test
  void handlersThatBlockKeepNoOtherLaneWaiting() throws Exception {
    var kept = List.of(ends.ask("block", 2, SMALL), ends.ask("block", 3, SMALL));
    untilBlocked(2);
    assertArrayEquals(SMALL, Ends.done(ends.ask("echo", 0, SMALL)));
    released.countDown();
    for (var each : kept) {
      assertArrayEquals(SMALL, Ends.done(each));
    }
    assertEquals(1, ends.peer().status().connections());
  }

  @Test
  void requestsOfALaneAreCarriedOutInTheirOrder() throws Exception {
    var answers =
        IntStream.range(0, 100).mapToObj(i -> ends.ask("order", 1, new byte[] {(byte) i})).toList();
    for (var each : answers) {
      var _ = Ends.done(each);
    }
    assertEquals(IntStream.range(0, 100).boxed().toList(), List.copyOf(order));
  }

  @Test
  void oneThatWasGivenUpBeforeItsTurnDoesNotRun() throws Exception {
    var _ = ends.ask("block", 1, SMALL);
    untilBlocked(1);
    var second = ends.ask("order", 1, SMALL);
    // Both are there once an answer came to what was sent after them.
    Ends.done(ends.ask("echo", 2, SMALL));
    second.cancel(true);
    Ends.done(ends.ask("echo", 2, SMALL));
    released.countDown();
    Ends.until(() -> ends.peer().status().underWay().get(1) == 0);
    assertEquals(0, order.size());
  }

  @Test
  void whoHearsThatNobodyWaitsMayBlock() throws Exception {
    var given = ends.ask("wait", 0, SMALL);
    var _ = waiting.take();
    given.cancel(true);
    untilBlocked(1);
    assertArrayEquals(SMALL, Ends.done(ends.ask("echo", 0, SMALL)));
  }

  @Test
  void whoHearsAnAnswerMayBlock() throws Exception {
    for (var i = 0; i < Request.LANES; i++) {
      var _ = ends.ask("held", i, SMALL).thenRun(this::block);
    }
    held.countDown();
    untilBlocked(4);
    assertArrayEquals(SMALL, Ends.done(ends.ask("echo", 0, SMALL)));
  }

  @Test
  void whoHearsThatTheTimeIsOverMayBlock() throws Exception {
    var soon = Duration.ofMillis(50);
    var _ = ends.ask("wait", 0, SMALL, soon).thenRun(this::block);
    // The receiver's effect blocks, too.
    untilBlocked(2);
    assertEquals(Reason.TIMED_OUT, Ends.refused(ends.ask("wait", 0, SMALL, soon)));
  }
}
