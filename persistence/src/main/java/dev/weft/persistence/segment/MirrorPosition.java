package dev.weft.persistence.segment;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far a mirror is.
 *
 * @param through every record of the mirrored store with a number up to this one is in the mirror,
 *     unless the store dropped or deleted it; what follows may be there in part
 * @param ends of its newest segments, by retention class
 */
public record MirrorPosition(long through, SortedMap<String, End> ends) {

  /** Of a mirror of nothing yet. */
  public static final MirrorPosition START = new MirrorPosition(0, Collections.emptySortedMap());

  public MirrorPosition {
    if (through < 0) {
      throw new IllegalArgumentException("through: %d (expected: >= 0)".formatted(through));
    }
    ends = Collections.unmodifiableSortedMap(new TreeMap<>(ends));
  }

  /**
   * Where a class ends.
   *
   * @param id of the newest segment
   * @param length of it
   */
  public record End(long id, long length) {

    public End {
      if (id < 0 || length < 0) {
        throw new IllegalArgumentException(
            "end: segment %d, %d bytes (expected: >= 0, >= 0)".formatted(id, length));
      }
    }
  }
}
