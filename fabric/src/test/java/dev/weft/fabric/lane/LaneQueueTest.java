package dev.weft.fabric.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.Overflow;
import dev.weft.fabric.manifest.QueueLimits;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LaneQueueTest {

  static final Lane P = Lane.PERCEPTION;

  /** What nobody waits for any more, by id. */
  static final Set<Integer> UNWANTED = new HashSet<>();

  record Item(int id, Lane lane, long deadlineNanos, long bytes, String tenant, String source)
      implements Waiting {
    @Override
    public boolean isUnwanted() {
      return UNWANTED.contains(id);
    }
  }

  record Gone(Item item, Displacement why) {}

  private int ids;
  private final List<Gone> gone = new ArrayList<>();

  private Item item(Lane lane, long deadline, long bytes, String tenant, String source) {
    return new Item(ids++, lane, deadline, bytes, tenant, source);
  }

  private void note(Item item, Displacement why) {
    gone.add(new Gone(item, why));
  }

  static LaneQueue<Item> queue(int capacity, long bytes, Overflow overflow) {
    var all = new EnumMap<Lane, Integer>(Lane.class);
    for (var lane : Lane.values()) {
      all.put(lane, capacity);
    }
    return new LaneQueue<>(new QueueLimits(all, bytes, overflow));
  }

  @Test
  void everyItemComesOutOnceWithinBoundsAndInOrderWhateverIsDone() {
    for (var seed = 0; seed < 400; seed++) {
      for (var overflow : Overflow.values()) {
        var random = new Random(seed);
        new LaneQueueOracle(overflow, 1 + random.nextInt(6), 1 + random.nextInt(40), "seed " + seed)
            .run(random, 300);
      }
    }
  }

  @Test
  void allShortSequencesKeepThePromises() {
    for (var overflow : Overflow.values()) {
      for (var code = 0; code < 16_807; code++) {
        var oracle = new LaneQueueOracle(overflow, 2, 3, "sequence " + code);
        for (int step = 0, rest = code; step < 5; step++, rest /= 7) {
          oracle.small(rest % 7);
        }
        oracle.drain();
      }
    }
  }

  @Test
  void backloggedTenantsAreServedInTurnWhateverTheirDeadlines() {
    var queue = queue(200, 1000, Overflow.DROP_OLDEST);
    for (var i = 0; i < 100; i++) {
      queue.offer(item(P, i, 1, "quick", ""), this::note);
      queue.offer(item(P, 10_000 + i, 1, "slow", ""), this::note);
    }
    var served = new HashMap<String, Integer>();
    for (var i = 0; i < 200; i++) {
      var item = queue.poll();
      assertNotNull(item);
      served.merge(item.tenant(), 1, Integer::sum);
      var apart = served.getOrDefault("quick", 0) - served.getOrDefault("slow", 0);
      assertTrue(Math.abs(apart) <= 1, () -> served.toString());
    }
  }

  @Test
  void aTenantThatAlwaysComesBackAtOnceDoesNotStarveOneThatWaits() {
    var queue = queue(200, 1000, Overflow.DROP_OLDEST);
    for (var i = 0; i < 50; i++) {
      queue.offer(item(P, 10_000, 1, "waiting", ""), this::note);
    }
    var waiting = 0;
    for (var i = 0; i < 50; i++) {
      queue.offer(item(P, i, 1, "back", ""), this::note);
      var item = queue.poll();
      assertNotNull(item);
      waiting += item.tenant().equals("waiting") ? 1 : 0;
    }
    assertTrue(waiting >= 24, "served of the one that waits: " + waiting);
  }

  @Test
  void companyIsChargedToItsTenant() {
    var queue = queue(200, 1000, Overflow.DROP_OLDEST);
    for (var i = 0; i < 32; i++) {
      queue.offer(item(P, i, 1, "a", ""), this::note);
      queue.offer(item(P, i, 1, "b", ""), this::note);
    }
    var first = queue.poll(P);
    assertNotNull(first);
    for (var i = 0; i < 7; i++) {
      assertNotNull(queue.pollIf(P, first.tenant(), _ -> true));
    }
    for (var i = 0; i < 8; i++) {
      var next = queue.poll(P);
      assertNotNull(next);
      assertTrue(!next.tenant().equals(first.tenant()), "turn " + i);
    }
  }

  @Test
  void theLastItemOfALoneTenantFindsNoCompany() {
    var queue = queue(4, 100, Overflow.DROP_OLDEST);
    queue.offer(item(P, 1, 1, "a", ""), this::note);
    assertNotNull(queue.poll());
    assertNull(queue.pollIf(P, "a", _ -> true));
    assertNull(queue.pollIf(P, null, _ -> true));
  }

  @Test
  void aFloodInBytesDisplacesOnlyItself() {
    var queue = queue(100, 100, Overflow.DROP_OLDEST);
    for (var i = 0; i < 10; i++) {
      queue.offer(item(P, i, 1, "small", ""), this::note);
    }
    for (var i = 0; i < 100; i++) {
      queue.offer(item(P, i, 30, "large", ""), this::note);
    }
    assertTrue(gone.stream().allMatch(each -> each.item().tenant().equals("large")));
    assertEquals(13, queue.size());
  }

  @Test
  void oneLargeItemDoesNotDisplaceManySmallOnesOfAnother() {
    for (var overflow : List.of(Overflow.DROP_OLDEST, Overflow.DROP_NEWEST)) {
      var queue = queue(100, 10, overflow);
      for (var i = 0; i < 5; i++) {
        queue.offer(item(P, i, 1, "small", ""), this::note);
      }
      gone.clear();
      var large = item(P, 0, 6, "large", "");
      queue.offer(large, this::note);
      assertEquals(List.of(new Gone(large, Displacement.FULL)), gone, overflow.toString());
    }
  }

  @Test
  void whatIsTakenBackDisplacesNothingAndIsNotRefused() {
    for (var overflow : Overflow.values()) {
      var queue = queue(1, 10, overflow);
      var out = item(P, 1, 1, "a", "camera");
      queue.offer(out, this::note);
      queue.poll();
      var newer = item(P, 2, 1, "a", "touch");
      queue.offer(newer, this::note);
      queue.takeBack(out, this::note);
      assertEquals(List.of(), gone, overflow.toString());
      assertEquals(List.of(out, newer), List.of(queue.poll(), queue.poll()));
    }
  }

  @Test
  void whatIsTakenBackGivesWayToANewerOneOfItsSource() {
    var queue = queue(10, 10, Overflow.LATEST_WINS);
    var out = item(P, 1, 1, "a", "camera");
    queue.offer(out, this::note);
    queue.poll();
    var newer = item(P, 2, 1, "a", "camera");
    queue.offer(newer, this::note);
    queue.takeBack(out, this::note);
    assertEquals(List.of(new Gone(out, Displacement.SUPERSEDED)), gone);
    assertEquals(newer, queue.poll());
  }

  @Test
  void theSameSourceOfAnotherTenantIsNotSuperseded() {
    var queue = queue(10, 100, Overflow.LATEST_WINS);
    queue.offer(item(P, 1, 1, "a", "camera"), this::note);
    queue.offer(item(P, 1, 1, "b", "camera"), this::note);
    assertEquals(2, queue.size());
  }

  @Test
  void anItemTooLargeToWaitSupersedesNothing() {
    var queue = queue(10, 100, Overflow.LATEST_WINS);
    queue.offer(item(P, 1, 1, "a", "camera"), this::note);
    var large = item(P, 1, 101, "a", "camera");
    queue.offer(large, this::note);
    assertEquals(List.of(new Gone(large, Displacement.REFUSED)), gone);
    assertEquals(1, queue.size());
  }

  @Test
  void noLaneButShadowWaitsLongerThanItsPatience() {
    var queue = queue(1000, 100_000, Overflow.REJECT);
    for (var i = 0; i < 1000; i++) {
      for (var lane : Lane.values()) {
        queue.offer(item(lane, i, 1, "a", ""), this::note);
      }
    }
    var last = new EnumMap<Lane, Integer>(Lane.class);
    for (var turn = 1; turn <= 1000; turn++) {
      var item = queue.poll();
      assertNotNull(item);
      assertTrue(item.lane() != Lane.SHADOW);
      last.put(item.lane(), turn);
      for (var lane : List.of(Lane.INTERACTIVE, Lane.BACKGROUND)) {
        // Two lanes may run out of patience at once: then one goes before the other.
        assertTrue(turn - last.getOrDefault(lane, 0) <= LaneTurn.PATIENCE + 1, lane::word);
      }
    }
  }

  @Test
  void offeringAndServingAllocateNothingOnceWarm() {
    for (var overflow : List.of(Overflow.DROP_OLDEST, Overflow.DROP_NEWEST, Overflow.REJECT)) {
      var queue = queue(16, 1000, overflow);
      var items = new ArrayList<Item>();
      for (var i = 0; i < 24; i++) {
        items.add(item(Lane.values()[i % 4], i, 1, "tenant " + i % 3, "source"));
      }
      var threads =
          (com.sun.management.ThreadMXBean)
              java.lang.management.ManagementFactory.getThreadMXBean();
      var id = Thread.currentThread().threadId();
      var rounds = 5_000;
      var allocated = Long.MAX_VALUE;
      for (var attempt = 0; attempt < 6; attempt++) {
        var before = threads.getThreadAllocatedBytes(id);
        for (var round = 0; round < rounds; round++) {
          for (var i = 0; i < items.size(); i++) {
            queue.offer(items.get(i), LaneQueueTest::ignore);
          }
          while (queue.poll() != null) {
            continue;
          }
        }
        allocated = Math.min(allocated, threads.getThreadAllocatedBytes(id) - before);
      }
      assertTrue(allocated < rounds, overflow + " allocated " + allocated);
    }
  }

  private static void ignore(Item item, Displacement why) {}
}
