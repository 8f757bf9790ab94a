package dev.weft.fabric.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.lane.LaneBox;
import dev.weft.fabric.lane.Waiting;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.QueueLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class InferenceLoopTest {

  private record Item(Lane lane, long deadlineNanos) implements Waiting {
    @Override
    public long bytes() {
      return 1;
    }

    @Override
    public String tenant() {
      return "";
    }

    @Override
    public String source() {
      return "";
    }
  }

  /** A stage that notes what it served. */
  private static final class Stage implements LanedTask {
    final LaneBox<Item> box = new LaneBox<>(QueueLimits.defaults());
    final ConcurrentLinkedQueue<Item> served = new ConcurrentLinkedQueue<>();
    volatile CountDownLatch ran = new CountDownLatch(1);
    volatile boolean endsSoon = true;
    volatile Thread ranOn = Thread.currentThread();
    private Lane lane = Lane.SHADOW;

    void offer(Lane lane, long deadline) {
      box.offer(new Item(lane, deadline), (_, _) -> {});
    }

    @Override
    public LaneBox<?> box() {
      return box;
    }

    @Override
    public boolean isUrgent() {
      return box.isEmpty();
    }

    @Override
    public boolean endsSoon() {
      return endsSoon;
    }

    @Override
    public void serve(Lane next) {
      lane = next;
    }

    @Override
    public void run() {
      var item = box.poll(lane);
      if (item != null) {
        served.add(item);
      }
      ranOn = Thread.currentThread();
      ran.countDown();
    }
  }

  private static final class Ticket extends RunTicket {
    volatile long leftBehind = -1;

    Ticket(long startedNanos) {
      super(startedNanos);
    }

    @Override
    public Lane lane() {
      return Lane.PERCEPTION;
    }

    @Override
    protected void preempted() {}

    @Override
    protected void leftBehind(long ranNanos) {
      leftBehind = ranNanos;
    }
  }

  private final List<Thread> threads = new ArrayList<>();
  private final InferenceLoop loop =
      new InferenceLoop(
          work -> {
            var thread = new Thread(work);
            thread.setDaemon(true);
            threads.add(thread);
            return thread;
          });

  @AfterEach
  void end() {
    loop.shutdown();
  }

  @Test
  void neverLosesATaskOrHasTwoThreadsInside() throws Exception {
    loop.start();
    var tasks = 20_000;
    var inside = new AtomicInteger();
    var atOnce = new AtomicInteger();
    var ran = new CountDownLatch(4 * tasks * 2);
    Runnable own =
        () -> {
          atOnce.accumulateAndGet(inside.incrementAndGet(), Math::max);
          inside.decrementAndGet();
          ran.countDown();
        };
    Runnable task =
        () -> {
          atOnce.accumulateAndGet(inside.incrementAndGet(), Math::max);
          loop.execute(own);
          inside.decrementAndGet();
          ran.countDown();
        };
    for (var caller = 0; caller < 4; caller++) {
      var borrows = caller % 2 == 0;
      Thread.ofPlatform()
          .daemon()
          .start(
              () -> {
                for (var i = 0; i < tasks; i++) {
                  var isBorrowed = borrows && loop.borrow();
                  loop.execute(task);
                  if (isBorrowed) {
                    loop.runUntil(() -> false);
                  }
                }
              });
    }
    assertTrue(ran.await(20, TimeUnit.SECONDS), () -> ran.getCount() + " tasks were lost");
    assertEquals(1, atOnce.get());
  }

  @Test
  void aBorrowerLeavesWhatMayNotEndSoonToTheLoopsOwnThread() throws Exception {
    loop.start();
    for (var endsSoon : List.of(true, false)) {
      var stage = new Stage();
      stage.endsSoon = endsSoon;
      stage.offer(Lane.PERCEPTION, 1);
      while (!loop.borrow()) {
        Thread.onSpinWait();
      }
      loop.execute(stage);
      loop.runUntil(() -> stage.ran.getCount() == 0);
      assertTrue(stage.ran.await(10, TimeUnit.SECONDS));
      assertEquals(endsSoon, stage.ranOn == Thread.currentThread());
    }
  }

  @Test
  void aThreadLeftBehindAtTheVeryEndOfItsRunDoesNotGoOnInTheLoop() throws Exception {
    loop.start();
    var inside = new AtomicInteger();
    var atOnce = new AtomicInteger();
    var left = 0;
    for (var round = 0; round < 2_000; round++) {
      var ticket = new Ticket(round);
      var begun = new CountDownLatch(1);
      var done = new CountDownLatch(6);
      loop.execute(
          () -> {
            loop.begin(ticket);
            begun.countDown();
            Thread.onSpinWait();
            loop.end(ticket);
            done.countDown();
          });
      for (var i = 0; i < 5; i++) {
        loop.execute(
            () -> {
              atOnce.accumulateAndGet(inside.incrementAndGet(), Math::max);
              Thread.onSpinWait();
              inside.decrementAndGet();
              done.countDown();
            });
      }
      begun.await();
      loop.goOnWithout(round, round + 7);
      assertTrue(done.await(10, TimeUnit.SECONDS), "round " + round);
      left += ticket.leftBehind == 7 ? 1 : 0;
    }
    assertEquals(1, atOnce.get(), "left behind: " + left);
  }

  @Test
  void theThreadLeftBehindEndsWhenItsRunReturns() throws Exception {
    loop.start();
    var ticket = new Ticket(0);
    var begun = new CountDownLatch(1);
    var returns = new CountDownLatch(1);
    var ended = new CompletableFuture<Boolean>();
    loop.execute(
        () -> {
          loop.begin(ticket);
          begun.countDown();
          awaitQuietly(returns);
          ended.complete(loop.end(ticket));
        });
    begun.await();
    loop.goOnWithout(0, 42);
    var next = new CompletableFuture<Thread>();
    loop.execute(() -> next.complete(Thread.currentThread()));

    assertNotSame(threads.getFirst(), next.get(10, TimeUnit.SECONDS));
    assertEquals(42, ticket.leftBehind);
    returns.countDown();
    assertFalse(ended.get(10, TimeUnit.SECONDS));
    assertTrue(threads.getFirst().join(java.time.Duration.ofSeconds(10)), "still there");
    assertTrue(ticket.comeBack());
    assertFalse(ticket.giveUp());
  }

  @Test
  void goesOnAtHomeWhenABorrowerIsLeftBehind() throws Exception {
    loop.start();
    var ticket = new Ticket(0);
    var begun = new CountDownLatch(1);
    var returns = new CountDownLatch(1);
    var caller =
        Thread.ofPlatform()
            .daemon()
            .start(
                () -> {
                  while (!loop.borrow()) {
                    Thread.onSpinWait();
                  }
                  loop.execute(
                      () -> {
                        loop.begin(ticket);
                        begun.countDown();
                        awaitQuietly(returns);
                        loop.end(ticket);
                      });
                  loop.runUntil(() -> false);
                });
    begun.await();
    loop.goOnWithout(0, 1);
    var next = new CompletableFuture<Thread>();
    loop.execute(() -> next.complete(Thread.currentThread()));
    assertEquals(threads.getFirst(), next.get(10, TimeUnit.SECONDS));
    assertTrue(ticket.giveUp());
    assertFalse(ticket.comeBack());
    returns.countDown();
    assertTrue(caller.join(java.time.Duration.ofSeconds(10)));
    assertEquals(1, threads.size());
  }

  @Test
  void somethingNewForATaskThatIsLeftWaitingIsServedAtOnce() throws Exception {
    loop.pauseBy(lane -> lane != Lane.BACKGROUND);
    loop.start();
    for (var round = 0; round < 2_000; round++) {
      var stage = new Stage();
      stage.offer(Lane.BACKGROUND, 1);
      loop.execute(stage);
      if (round % 2 == 0) {
        runOne();
      }
      // As Akka does: the stage is with the loop already, so it is not submitted again.
      stage.offer(Lane.PERCEPTION, 2);
      loop.lookAgain();
      assertTrue(stage.ran.await(10, TimeUnit.SECONDS), "round " + round);
      assertEquals(List.of(new Item(Lane.PERCEPTION, 2)), List.copyOf(stage.served));
    }
  }

  @Test
  void startsAgainAfterShutdown() throws Exception {
    for (var round = 0; round < 50; round++) {
      loop.start();
      runOne();
      loop.shutdown();
      assertTrue(loop.awaitTermination(10, TimeUnit.SECONDS));
      assertTrue(loop.isTerminated());
    }
  }

  @Test
  void urgentTasksTakeTurns() {
    var tasks = new LoopTasks(_ -> true);
    var counts = new int[4];
    for (var i = 0; i < counts.length; i++) {
      var own = i;
      tasks.add(
          new Runnable() {
            @Override
            public void run() {
              counts[own]++;
              tasks.add(this);
            }
          });
    }
    for (var turn = 0; turn < 40; turn++) {
      var next = tasks.next(true);
      assertTrue(next != null);
      next.run();
    }
    assertEquals("[10, 10, 10, 10]", java.util.Arrays.toString(counts));
  }

  @Test
  void choosesTheLaneOverAllBoxesThenTheDeadlineAndLeavesWhatIsHeldOrPaused() {
    var paused = new AtomicReference<>(Lane.SHADOW);
    var tasks = new LoopTasks(lane -> lane != paused.get());
    var stages = List.of(new Stage(), new Stage(), new Stage());
    stages.get(0).offer(Lane.BACKGROUND, 1);
    stages.get(1).offer(Lane.PERCEPTION, 9);
    stages.get(2).offer(Lane.PERCEPTION, 5);
    stages.forEach(tasks::add);
    assertEquals(stages.get(2), tasks.next(true));
    stages.get(1).box.hold(true);
    assertEquals(stages.get(0), tasks.next(true));
    assertNull(tasks.next(true));
    stages.get(1).box.hold(false);
    paused.set(Lane.PERCEPTION);
    assertNull(tasks.next(true));
    paused.set(Lane.SHADOW);
    assertEquals(stages.get(1), tasks.next(true));
    assertTrue(tasks.isEmpty());
  }

  @Test
  void aBoxEmptiedWhileTheLoopChoosesLosesNoTask() {
    var stage = new Stage();
    var tasks =
        new LoopTasks(
            _ -> {
              // As the watch may do between two looks of the loop.
              stage.box.expire(100, (_, _) -> {});
              return true;
            });
    stage.offer(Lane.PERCEPTION, 1);
    tasks.add(stage);
    assertEquals(stage, tasks.next(true));
    assertTrue(tasks.isEmpty());
  }

  private void runOne() throws Exception {
    var ran = new CountDownLatch(1);
    loop.execute(ran::countDown);
    assertTrue(ran.await(10, TimeUnit.SECONDS));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
