package dev.weft.fabric.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Lane;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoopLedgerTest {

  private static final long MILLI = 1_000_000;

  private static class Guest extends Resident {
    private final Lane lane;
    private final String tenant;
    private final long deadlineNanos;
    private final long expectedNanos;
    final AtomicInteger expired = new AtomicInteger();
    final AtomicInteger leftOver = new AtomicInteger();

    Guest(Lane lane, String tenant, long deadlineNanos, long expectedNanos) {
      this.lane = lane;
      this.tenant = tenant;
      this.deadlineNanos = deadlineNanos;
      this.expectedNanos = expectedNanos;
    }

    @Override
    public Lane lane() {
      return lane;
    }

    @Override
    public String tenant() {
      return tenant;
    }

    @Override
    public long deadlineNanos() {
      return deadlineNanos;
    }

    @Override
    protected long expectedNanos() {
      return expectedNanos;
    }

    @Override
    protected void expire() {
      expired.incrementAndGet();
    }

    @Override
    protected void leftOver() {
      leftOver.incrementAndGet();
    }
  }

  @Test
  void waitsAreForeseenAsLongAsTheyWereOfLateForEachTenant() {
    var ledger = new LoopLedger();
    for (var tenant : List.of("large", "small")) {
      ledger.enter(new Guest(Lane.INTERACTIVE, tenant, 0, 10 * MILLI));
    }
    var lane = Lane.INTERACTIVE;
    assertEquals(ledger.nanosAhead(lane, "large"), ledger.waitNanos(lane, "large"));
    var guest = new Guest(lane, "large", 0, 10 * MILLI);
    for (var i = 0; i < 300; i++) {
      ledger.took(guest, 90 * MILLI, 150 * MILLI);
    }
    assertEquals(
        1.5, (double) ledger.waitNanos(lane, "large") / ledger.nanosAhead(lane, "large"), 0.01);
    assertEquals(ledger.nanosAhead(lane, "small"), ledger.waitNanos(lane, "small"));
    for (var i = 0; i < 300; i++) {
      ledger.took(guest, 90 * MILLI, 20 * MILLI);
    }
    assertEquals(
        ledger.nanosAhead(lane, "large"),
        ledger.waitNanos(lane, "large"),
        "never less than the work");
  }

  @Test
  void sumsEndAtZeroThoughTenantsAreFirstNamedWhileOthersAreInside() throws Exception {
    for (var round = 0; round < 20; round++) {
      var seed = round;
      var account = new LaneAccount();
      var failures = new AtomicInteger();
      var threads = new ArrayList<Thread>();
      for (var worker = 0; worker < 4; worker++) {
        var number = worker;
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        comeAndGo(account, new Random(100 * seed + number));
                      } catch (RuntimeException e) {
                        failures.incrementAndGet();
                      }
                    }));
      }
      for (var thread : threads) {
        thread.join();
      }
      assertEquals(0, failures.get(), "seed " + seed);
      assertEquals(0, account.residents(), "seed " + seed);
      assertEquals(0, account.nanos(), "seed " + seed);
      assertEquals(0, account.nanosBefore("t1"), "seed " + seed);
    }
  }

  private static void comeAndGo(LaneAccount account, Random random) {
    var inside = new ArrayList<Guest>();
    for (var step = 0; step < 5_000; step++) {
      if (inside.size() < 20 && random.nextBoolean()) {
        var named = step > 1_000 && random.nextInt(3) == 0;
        var tenant = named ? "t" + random.nextInt(60) : "";
        var guest = new Guest(Lane.PERCEPTION, tenant, 0, random.nextInt(1 << 24));
        account.enter(guest.tenant(), guest.expectedNanos());
        inside.add(guest);
      } else if (!inside.isEmpty()) {
        var guest = inside.remove(random.nextInt(inside.size()));
        account.leave(guest.tenant(), guest.expectedNanos());
      }
    }
    inside.forEach(guest -> account.leave(guest.tenant(), guest.expectedNanos()));
  }

  @Test
  void whoIsStillThereAtTheDeadlineIsToldExactlyOnce() {
    for (var seed = 0; seed < 20; seed++) {
      var random = new Random(seed);
      var loops = new Loops(2, 0, 0);
      var watch = new Watch(loops, () -> 0, 1_000 * MILLI);
      var all = new ArrayList<Guest>();
      var inside = new ArrayList<Guest>();
      for (var now = 0L; now < 500; now++) {
        for (var i = random.nextInt(4); i > 0; i--) {
          var guest = new Guest(Lane.PERCEPTION, "", now + 1 + random.nextInt(200), now % 2);
          loops.ledger((int) guest.expectedNanos()).enter(guest);
          all.add(guest);
          inside.add(guest);
        }
        while (!inside.isEmpty() && random.nextInt(3) > 0) {
          var guest = inside.remove(random.nextInt(inside.size()));
          loops.ledger((int) guest.expectedNanos()).leave(guest);
        }
        var before = all.stream().map(guest -> guest.expired.get()).toList();
        watch.sweep(now);
        for (var i = 0; i < all.size(); i++) {
          var due = inside.contains(all.get(i)) && all.get(i).deadlineNanos() <= now;
          var told = all.get(i).expired.get();
          assertEquals(due ? 1 : before.get(i), told, "seed " + seed);
        }
      }
      inside.forEach(guest -> loops.ledger((int) guest.expectedNanos()).leave(guest));
      assertEquals(Long.MAX_VALUE, watch.sweep(500), "seed " + seed);
    }
  }

  @Test
  void backgroundStaysOffTheReservedLoopsWhileUrgentFramesCome() {
    var loops = new Loops(3, 1, 100);
    assertEquals(0, loops.choose(Lane.BACKGROUND, "", 0, true));
    assertEquals(0, loops.choose(Lane.PERCEPTION, "", 10, true));
    assertEquals(1, loops.choose(Lane.BACKGROUND, "", 60, true));
    loops.ledger(1).enter(new Guest(Lane.BACKGROUND, "", 0, 1 << 20));
    assertEquals(2, loops.choose(Lane.SHADOW, "", 60, true));
    assertEquals(0, loops.choose(Lane.BACKGROUND, "", 200, true));
  }

  @Test
  void whoeverIsThereWhenTheWatchEndsIsTold() throws Exception {
    var loops = new Loops(2, 0, 0);
    var watch = new Watch(loops, System::nanoTime, 60_000 * MILLI);
    var left = new Guest(Lane.PERCEPTION, "", System.nanoTime() + 60_000 * MILLI, 0);
    var stays = new Guest(Lane.BACKGROUND, "a", System.nanoTime() + 60_000 * MILLI, 0);
    loops.ledger(0).enter(left);
    loops.ledger(1).enter(stays);
    loops.ledger(0).leave(left);
    var thread = Thread.ofPlatform().daemon().start(watch);
    watch.end();
    assertTrue(thread.join(java.time.Duration.ofSeconds(10)));
    assertEquals(0, left.leftOver.get());
    assertEquals(1, stays.leftOver.get());
  }

  @Test
  void aLoopThatIsAwakeWithLittleToDoComesBeforeOneThatMustBeWoken() {
    var loops = new Loops(2, 0, 0);
    var inside = new ArrayList<Guest>();
    for (var i = 0; i < 4; i++) {
      assertEquals(0, loops.choose(Lane.INTERACTIVE, "", 0, true), i + " inside");
      inside.add(new Guest(Lane.INTERACTIVE, "", 0, 15_000));
      loops.ledger(0).enter(inside.getLast());
    }
    assertEquals(1, loops.choose(Lane.INTERACTIVE, "", 0, true), "they take longer than a wake-up");
    inside.forEach(loops.ledger(0)::leave);
    loops.ledger(0).enter(new Guest(Lane.INTERACTIVE, "", 0, 0));
    assertEquals(1, loops.choose(Lane.INTERACTIVE, "", 0, true), "nobody knows how long it takes");
    loops.ledger(0).enter(new Guest(Lane.INTERACTIVE, "", 0, 15_000));
    assertEquals(1, loops.choose(Lane.INTERACTIVE, "", 0, false), "its caller runs it at once");
  }

  @Test
  void aRunningWatchTellsEveryoneWhoeverEntersWhen() throws Exception {
    var loops = new Loops(1, 0, 0);
    var watch = new Watch(loops, System::nanoTime, 60_000 * MILLI);
    var thread = Thread.ofPlatform().daemon().start(watch);
    var random = new Random(1);
    var late = new long[200];
    for (var i = 0; i < late.length; i++) {
      var told = new CountDownLatch(1);
      var at = new long[1];
      var deadline = System.nanoTime() + MILLI + random.nextLong(10 * MILLI);
      var guest =
          new Guest(Lane.PERCEPTION, "", deadline, 0) {
            @Override
            protected void expire() {
              at[0] = System.nanoTime();
              told.countDown();
            }
          };
      loops.ledger(0).enter(guest);
      watch.entered(deadline);
      assertTrue(told.await(10, TimeUnit.SECONDS), "deadline " + i);
      loops.ledger(0).leave(guest);
      late[i] = at[0] - deadline;
    }
    watch.end();
    assertTrue(thread.join(java.time.Duration.ofSeconds(10)));
    Arrays.sort(late);
    System.out.printf(
        "expiry was late by, in us: p50 %d, p99 %d, max %d%n",
        late[100] / 1000, late[198] / 1000, late[199] / 1000);
    assertTrue(late[0] >= 0);
  }
}
