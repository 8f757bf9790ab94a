package dev.weft.fabric.stage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.Overflow;
import dev.weft.fabric.manifest.QueueLimits;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LaneQueueTest {

  @Test
  void servesTheMostUrgentLaneFirst() {
    var queue = queue(4, Overflow.DROP_OLDEST);
    queue.offer(Lane.SHADOW, 1);
    queue.offer(Lane.BACKGROUND, 2);
    queue.offer(Lane.PERCEPTION, 3);
    queue.offer(Lane.INTERACTIVE, 4);

    assertEquals(List.of(3, 4, 2, 1), drain(queue));
  }

  @Test
  void theOldestGivesWayWhenFreshestWins() {
    var queue = queue(2, Overflow.DROP_OLDEST);
    queue.offer(Lane.PERCEPTION, 1);
    queue.offer(Lane.PERCEPTION, 2);

    assertEquals(Optional.of(1), queue.offer(Lane.PERCEPTION, 3));
    assertEquals(List.of(2, 3), drain(queue));
  }

  @Test
  void theNewestGivesWayWhenOrderMatters() {
    var queue = queue(1, Overflow.DROP_NEWEST);
    queue.offer(Lane.PERCEPTION, 1);

    assertEquals(Optional.of(2), queue.offer(Lane.PERCEPTION, 2));
    assertEquals(List.of(1), drain(queue));
  }

  @Test
  void aFloodInOneLaneDisplacesNothingInAnother() {
    var queue = queue(2, Overflow.DROP_OLDEST);
    queue.offer(Lane.PERCEPTION, 0);
    for (var i = 1; i <= 100; i++) {
      queue.offer(Lane.BACKGROUND, i);
    }
    assertEquals(List.of(0, 99, 100), drain(queue));
  }

  /** Whatever the schedule, every item comes out exactly once and no lane passes its bound. */
  @Test
  void everyItemComesOutExactlyOnceWithinTheBounds() {
    for (var seed = 0L; seed < 1_000; seed++) {
      var random = new Random(seed);
      var capacity = new EnumMap<Lane, Integer>(Lane.class);
      for (var lane : Lane.values()) {
        capacity.put(lane, 1 + random.nextInt(4));
      }
      var overflow = Overflow.values()[random.nextInt(Overflow.values().length)];
      var queue =
          new LaneQueue<Integer>(new QueueLimits(capacity, QueueLimits.DEFAULT_BYTES, overflow));
      var out = new ArrayList<Integer>();
      for (var item = 0; item < 200; item++) {
        queue.offer(Lane.values()[random.nextInt(4)], item).ifPresent(out::add);
        for (var lane : Lane.values()) {
          assertTrue(queue.size(lane) <= capacity.getOrDefault(lane, 0), "seed " + seed);
        }
        if (random.nextInt(3) == 0) {
          queue.poll().ifPresent(out::add);
        }
      }
      out.addAll(drain(queue));
      assertEquals(200, out.size(), "seed " + seed);
      assertEquals(200, new HashSet<>(out).size(), "seed " + seed);
    }
  }

  private static LaneQueue<Integer> queue(int capacity, Overflow overflow) {
    var all = new EnumMap<Lane, Integer>(Lane.class);
    for (var lane : Lane.values()) {
      all.put(lane, capacity);
    }
    return new LaneQueue<>(new QueueLimits(Map.copyOf(all), QueueLimits.DEFAULT_BYTES, overflow));
  }

  private static List<Integer> drain(LaneQueue<Integer> queue) {
    var out = new ArrayList<Integer>();
    for (var item = queue.poll(); item.isPresent(); item = queue.poll()) {
      out.add(item.get());
    }
    return out;
  }
}
