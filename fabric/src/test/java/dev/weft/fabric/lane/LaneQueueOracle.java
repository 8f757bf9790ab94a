package dev.weft.fabric.lane;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.lane.LaneQueueTest.Gone;
import dev.weft.fabric.lane.LaneQueueTest.Item;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.Overflow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a queue should do, by lists and searches. */
final class LaneQueueOracle {

  private final Overflow overflow;
  private final int capacity;
  private final long bytesMax;
  private final String name;
  private final LaneQueue<Item> queue;
  private final List<Item> in = new ArrayList<>();
  private final Set<Integer> out = new HashSet<>();
  private final List<Gone> gone = new ArrayList<>();
  private int ids;
  private int offered;

  LaneQueueOracle(Overflow overflow, int capacity, long bytesMax, String name) {
    this.overflow = overflow;
    this.capacity = capacity;
    this.bytesMax = bytesMax;
    this.name = overflow + " " + name;
    this.queue = LaneQueueTest.queue(capacity, bytesMax, overflow);
  }

  private void note(Item item, Displacement why) {
    gone.add(new Gone(item, why));
  }

  private Item item(Lane lane, long deadline, long bytes, String tenant, String source) {
    return new Item(ids++, lane, deadline, bytes, tenant, source);
  }

  void run(Random random, int steps) {
    for (var step = 0; step < steps; step++) {
      var lane = Lane.values()[random.nextInt(4)];
      var tenant = "t" + random.nextInt(3);
      switch (random.nextInt(9)) {
        case 0 -> served(queue.poll(lane), lane);
        case 1 -> company(lane, random.nextBoolean() ? tenant : null, random.nextBoolean());
        case 2 -> {
          var item = queue.poll();
          served(item, item == null ? null : item.lane());
        }
        case 3 -> expire(random.nextInt(100) - 60);
        case 4 -> clear(random);
        default ->
            offer(
                item(
                    lane,
                    random.nextInt(100),
                    random.nextInt(12),
                    tenant,
                    "s" + random.nextInt(3)));
      }
    }
    drain();
  }

  void small(int operation) {
    switch (operation) {
      case 0 -> offer(item(LaneQueueTest.P, 5, 1, "a", "x"));
      case 1 -> offer(item(LaneQueueTest.P, 3, 1, "b", "x"));
      case 2 -> offer(item(LaneQueueTest.P, 4, 2, "a", "y"));
      case 3 -> offer(item(Lane.BACKGROUND, 1, 1, "a", "x"));
      case 4 -> {
        var item = queue.poll();
        served(item, item == null ? null : item.lane());
      }
      case 5 -> company(LaneQueueTest.P, "a", true);
      default -> expire(4);
    }
  }

  void offer(Item item) {
    offered++;
    gone.clear();
    var before = waiting(item.lane());
    queue.offer(item, this::note);
    in.add(item);
    gone.forEach(each -> left(each.item()));
    for (var each : gone) {
      assertSame(item.lane(), each.item().lane(), name);
      var displaces = each.item() != item;
      if (overflow == Overflow.REJECT) {
        assertTrue(!displaces, name);
      }
      if (each.why() == Displacement.SUPERSEDED) {
        assertEquals(item.source() + item.tenant(), each.item().source() + each.item().tenant());
      } else if (displaces) {
        assertFull(before, item);
      }
    }
    if (in.contains(item) || gone.size() > 1) {
      check();
      return;
    }
    assertTrue(
        item.bytes() > bytesMax
            || before.size() >= capacity
            || bytes(before) + item.bytes() > bytesMax,
        () -> name + ": gave way without need");
    check();
  }

  private void assertFull(List<Item> before, Item item) {
    assertTrue(
        before.size() >= capacity || bytes(before) + item.bytes() > bytesMax,
        () -> name + ": displaced without need");
  }

  void company(Lane lane, @Nullable String tenant, boolean fits) {
    var item = queue.pollIf(lane, tenant, _ -> fits);
    if (item != null) {
      assertTrue(fits && (tenant == null || item.tenant().equals(tenant)), name);
      served(item, lane);
    } else if (fits) {
      assertTrue(
          in.stream()
              .noneMatch(
                  each -> each.lane() == lane && (tenant == null || each.tenant().equals(tenant))),
          name);
    }
  }

  void served(@Nullable Item item, @Nullable Lane lane) {
    if (item == null) {
      assertTrue(lane == null ? in.isEmpty() : waiting(lane).isEmpty(), name);
      return;
    }
    assertSame(lane, item.lane(), name);
    for (var other : waiting(item.lane())) {
      if (other.tenant().equals(item.tenant())) {
        assertTrue(
            item.deadlineNanos() < other.deadlineNanos()
                || item.deadlineNanos() == other.deadlineNanos() && item.id() <= other.id(),
            () -> name + ": " + item + " before " + other);
      }
    }
    left(item);
    check();
  }

  void expire(long nanos) {
    gone.clear();
    queue.expire(nanos, this::note);
    gone.forEach(each -> left(each.item()));
    assertTrue(in.stream().allMatch(item -> item.deadlineNanos() > nanos), name);
    assertTrue(gone.stream().allMatch(each -> each.item().deadlineNanos() <= nanos), name);
    check();
  }

  void clear(Random random) {
    LaneQueueTest.UNWANTED.clear();
    in.stream()
        .filter(_ -> random.nextInt(3) == 0)
        .forEach(each -> LaneQueueTest.UNWANTED.add(each.id()));
    gone.clear();
    queue.removeUnwanted(this::note);
    assertEquals(LaneQueueTest.UNWANTED.size(), gone.size(), name);
    gone.forEach(each -> left(each.item()));
    assertTrue(gone.stream().allMatch(each -> each.why() == Displacement.UNWANTED), name);
    assertTrue(in.stream().noneMatch(Item::isUnwanted), name);
    check();
  }

  void drain() {
    for (var item = queue.poll(); item != null; item = queue.poll()) {
      served(item, item.lane());
    }
    assertEquals(offered, out.size(), name);
    assertEquals(0, queue.size(), name);
  }

  private void left(Item item) {
    assertTrue(in.remove(item), () -> name + ": not inside: " + item);
    assertTrue(out.add(item.id()), () -> name + ": twice: " + item);
  }

  private List<Item> waiting(Lane lane) {
    return in.stream().filter(item -> item.lane() == lane).toList();
  }

  private static long bytes(List<Item> items) {
    return items.stream().mapToLong(Item::bytes).sum();
  }

  private void check() {
    assertEquals(in.size(), queue.size(), name);
    for (var lane : Lane.values()) {
      var waiting = waiting(lane);
      assertEquals(waiting.size(), queue.size(lane), name);
      assertEquals(bytes(waiting), queue.bytes(lane), name);
      assertTrue(waiting.size() <= capacity && bytes(waiting) <= bytesMax, name);
      if (overflow == Overflow.LATEST_WINS) {
        var sources = new HashSet<Map.Entry<String, String>>();
        waiting.forEach(
            each -> assertTrue(sources.add(Map.entry(each.tenant(), each.source())), name));
      }
    }
  }
}
