package dev.weft.fabric.stage;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.QueueLimits;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Decides what waits before one replica of a stage, what comes next and what gives way.
 *
 * <p>Lanes are served in the order of {@link Lane}, first come first served within a lane. Each
 * lane has a bound of its own, so a flood in one displaces nothing in another. No clock, no
 * threads: the caller sees to it that one thread at a time is inside.
 *
 * @param <T> what waits
 */
public final class LaneQueue<T> {

  private final QueueLimits limits;
  private final Map<Lane, ArrayDeque<T>> lanes = new EnumMap<>(Lane.class);
  private int size;

  public LaneQueue(QueueLimits limits) {
    this.limits = limits;
    for (var lane : Lane.values()) {
      lanes.put(lane, new ArrayDeque<>());
    }
  }

  /** Takes {@code item} in; returns what gave way for it, possibly {@code item} itself. */
  public Optional<T> offer(Lane lane, T item) {
    var queue = lane(lane);
    if (queue.size() < capacity(lane)) {
      queue.addLast(item);
      size++;
      return Optional.empty();
    }
    return switch (limits.overflow()) {
      case DROP_NEWEST, REJECT -> Optional.of(item);
      case DROP_OLDEST, LATEST_WINS -> {
        var oldest = queue.removeFirst();
        queue.addLast(item);
        yield Optional.of(oldest);
      }
    };
  }

  /** Hands out the oldest item of the most urgent lane that has one. */
  public Optional<T> poll() {
    if (size == 0) {
      return Optional.empty();
    }
    for (var queue : lanes.values()) {
      var item = queue.pollFirst();
      if (item != null) {
        size--;
        return Optional.of(item);
      }
    }
    throw new IllegalStateException("size: " + size + " (expected: 0 when every lane is empty)");
  }

  public int size() {
    return size;
  }

  public int size(Lane lane) {
    return lane(lane).size();
  }

  private ArrayDeque<T> lane(Lane lane) {
    var queue = lanes.get(lane);
    if (queue == null) {
      throw new IllegalStateException("no queue for lane " + lane);
    }
    return queue;
  }

  private int capacity(Lane lane) {
    return limits.capacity().getOrDefault(lane, QueueLimits.DEFAULT_CAPACITY);
  }
}
