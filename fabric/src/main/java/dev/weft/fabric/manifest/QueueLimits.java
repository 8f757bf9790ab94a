package dev.weft.fabric.manifest;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * Bounds of the queue before each replica of a stage.
 *
 * @param capacity most frames waiting per lane; a lane not named has {@link #DEFAULT_CAPACITY}
 * @param laneBytes most input bytes waiting in each lane; a frame larger than that never waits
 */
public record QueueLimits(Map<Lane, Integer> capacity, long laneBytes, Overflow overflow) {

  public static final int DEFAULT_CAPACITY = 64;
  public static final long DEFAULT_BYTES = 64L << 20;

  public QueueLimits {
    var all = new EnumMap<Lane, Integer>(Lane.class);
    for (var lane : Lane.values()) {
      var size = capacity.getOrDefault(lane, DEFAULT_CAPACITY);
      if (size < 1) {
        throw new IllegalArgumentException(
            "queue.%s: %d (expected: >= 1)".formatted(lane.word(), size));
      }
      all.put(lane, size);
    }
    if (laneBytes < 1) {
      throw new IllegalArgumentException("queue.bytes: %d (expected: >= 1)".formatted(laneBytes));
    }
    capacity = Collections.unmodifiableMap(all);
  }

  public static QueueLimits defaults() {
    return new QueueLimits(Map.of(), DEFAULT_BYTES, Overflow.DROP_OLDEST);
  }

  /** The defaults, but for so many frames in each lane. */
  public static QueueLimits of(int frames) {
    var capacity = new EnumMap<Lane, Integer>(Lane.class);
    for (var lane : Lane.values()) {
      capacity.put(lane, frames);
    }
    return new QueueLimits(capacity, DEFAULT_BYTES, Overflow.DROP_OLDEST);
  }

  public int capacity(Lane lane) {
    return capacity.getOrDefault(lane, DEFAULT_CAPACITY);
  }
}
