package dev.weft.stages.tensor;

import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Which parts of {@code 0} to {@code size} are free. The first part that is large enough is cut,
 * and parts that come back are joined with their neighbours ("The Art of Computer Programming",
 * §2.5). Not threadsafe.
 */
final class Extents {

  private final long size;

  /** Free parts, no two of which touch: offset to length. */
  private final TreeMap<Long, Long> free = new TreeMap<>();

  Extents(long size) {
    this.size = size;
    if (size > 0) {
      free.put(0L, size);
    }
  }

  /** Takes {@code length} and gives its offset; empty if no free part is that long. */
  OptionalLong take(long length) {
    for (var part : free.entrySet()) {
      if (part.getValue() >= length) {
        var offset = part.getKey();
        var left = part.getValue() - length;
        free.remove(offset);
        if (left > 0) {
          free.put(offset + length, left);
        }
        return OptionalLong.of(offset);
      }
    }
    return OptionalLong.empty();
  }

  /**
   * Gives back what was taken.
   *
   * @throws IllegalStateException if any of it is free or outside
   */
  void give(long offset, long length) {
    var below = free.lowerEntry(offset + length);
    var overlaps = below != null && below.getKey() + below.getValue() > offset;
    if (offset < 0 || length <= 0 || length > size - offset || overlaps) {
      throw new IllegalStateException(
          "extent: %d at %d (expected: one that was taken)".formatted(length, offset));
    }
    var from = offset;
    var until = offset + length;
    if (below != null && below.getKey() + below.getValue() == offset) {
      from = below.getKey();
    }
    var above = free.remove(until);
    free.put(from, (above == null ? until : until + above) - from);
  }

  long freeBytes() {
    return free.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Number of free parts; 1 when everything has come back. */
  int parts() {
    return free.size();
  }
}
