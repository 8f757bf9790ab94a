package dev.weft.fabric.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Door;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EntranceTest {

  private static final Door LIMITS = new Door(8, 100, Door.Admission.OPEN);

  @Test
  void boundsAreExactInFramesAndBytes() {
    var entrance = new Entrance(LIMITS);
    assertEquals(DropReason.IN_FLIGHT_BYTES, entrance.enter("", 101));
    assertNull(entrance.enter("", 100));
    assertEquals(DropReason.IN_FLIGHT_BYTES, entrance.enter("", 1));
    for (var i = 0; i < 7; i++) {
      assertNull(entrance.enter("", 0));
    }
    assertEquals(DropReason.IN_FLIGHT_LIMIT, entrance.enter("", 0));
    assertEquals(DropReason.IN_FLIGHT_LIMIT, entrance.enter("late", 0));
    entrance.leave("", 100);
    assertNull(entrance.enter("late", 100));
    assertEquals(8, entrance.frames());
  }

  /** Whoever comes, and whenever the first tenant does: never one frame or byte too many. */
  @Test
  void boundsHoldUnderThreadsAndAcrossTheSwitchToTenants() throws InterruptedException {
    var seed = System.nanoTime();
    for (var round = 0; round < 50; round++) {
      var entrance = new Entrance(LIMITS);
      var frames = new AtomicInteger();
      var bytes = new AtomicLong();
      var wrong = new AtomicInteger();
      var threads = new ArrayList<Thread>();
      for (var t = 0; t < 4; t++) {
        var random = new Random(seed + 31 * round + t);
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (var i = 0; i < 500; i++) {
                        var tenant = i > 250 && random.nextInt(3) == 0 ? "t" : "";
                        var size = random.nextInt(40);
                        if (entrance.enter(tenant, size) == null) {
                          if (frames.incrementAndGet() > 8 || bytes.addAndGet(size) > 100) {
                            wrong.incrementAndGet();
                          }
                          frames.decrementAndGet();
                          bytes.addAndGet(-size);
                          entrance.leave(tenant, size);
                        }
                      }
                    }));
      }
      for (var thread : threads) {
        thread.join();
      }
      assertEquals(0, wrong.get(), "seed " + seed);
      assertEquals(0, entrance.frames(), "seed " + seed);
      assertNull(entrance.enter("", 100), "seed " + seed);
    }
  }

  @Test
  void aLoneTenantTakesAllPlacesAndTakesThemAgainWhenTheOtherIsForgotten() {
    var shares = new TenantShares(8);
    enter(shares, "a", 8);
    assertEquals(8, shares.inside());
    assertTrue(!shares.enter("b"));
    leave(shares, "a", 8);
    enter(shares, "a", 8);
    assertEquals(6, shares.inside());
    leave(shares, "a", 6);
    for (var i = 0; i < 8 * 8 + 8; i++) {
      enter(shares, "a", 1);
      leave(shares, "a", 1);
    }
    enter(shares, "a", 8);
    assertEquals(8, shares.inside());
  }

  @Test
  void aTenantBelowItsKeptShareAlwaysGetsIn() {
    for (var seed = 0L; seed < 500; seed++) {
      var random = new Random(seed);
      var places = 8 + random.nextInt(40);
      var tenants = 2 + random.nextInt(3);
      var kept = places / (2 * tenants);
      var shares = new TenantShares(places);
      var inside = new int[tenants];
      // All are known before anybody stays.
      for (var t = 0; t < tenants; t++) {
        assertTrue(shares.enter("t" + t));
        shares.leave("t" + t);
      }
      for (var i = 0; i < 2_000; i++) {
        // The first floods, the others come rarely but often enough to be known.
        var t = i % 5 == 0 ? 1 + i / 5 % (tenants - 1) : random.nextInt(4) == 0 ? 1 : 0;
        if (inside[t] > 0 && random.nextInt(4) == 0) {
          shares.leave("t" + t);
          inside[t]--;
        } else if (shares.enter("t" + t)) {
          inside[t]++;
        } else {
          assertTrue(inside[t] >= kept, "seed %d: %s".formatted(seed, "t" + t));
        }
      }
    }
  }

  /** The one that enters must not be forgotten while it does. */
  @Test
  void whoeverEnteredCanLeaveHoweverManyTenantsThereAre() {
    for (var seed = 0L; seed < 20; seed++) {
      var random = new Random(seed);
      var shares = new TenantShares(1 + random.nextInt(4));
      for (var i = 0; i < 10_000; i++) {
        var tenant = "t" + random.nextInt(1_100);
        if (shares.enter(tenant)) {
          shares.leave(tenant);
        }
      }
      assertEquals(0, shares.inside(), "seed " + seed);
    }
  }

  private static void enter(TenantShares shares, String tenant, int times) {
    for (var i = 0; i < times; i++) {
      shares.enter(tenant);
    }
  }

  private static void leave(TenantShares shares, String tenant, int times) {
    for (var i = 0; i < times; i++) {
      shares.leave(tenant);
    }
  }
}
