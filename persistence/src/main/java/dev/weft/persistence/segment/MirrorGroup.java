package dev.weft.persistence.segment;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What comes next for a mirror at one position, and for none at another.
 *
 * @param through of the mirror when it has this
 * @param parts in the order in which they are to be written
 * @param oldest the oldest segment that the store still has, by retention class
 */
public record MirrorGroup(
    MirrorPosition from, long through, List<Part> parts, SortedMap<String, Long> oldest) {

  public MirrorGroup {
    parts = List.copyOf(parts);
    oldest = Collections.unmodifiableSortedMap(new TreeMap<>(oldest));
  }

  /** Bytes of one file. */
  public sealed interface Part {

    byte[] bytes();
  }

  /**
   * Bytes of a segment, from {@code offset} on: whole frames, behind the header if it is 0.
   *
   * @param isDamaged whether they are no frames: the store's disk does not give back what it got
   */
  public record SegmentPart(
      String retentionClass, long id, long offset, boolean isDamaged, byte[] bytes)
      implements Part {}

  /**
   * An attachment, whole.
   *
   * @param hex its address
   */
  public record BlobPart(String retentionClass, String hex, byte[] bytes) implements Part {}

  /** Whether it brings anything, if only that there is nothing more. */
  public boolean isEmpty() {
    return parts.isEmpty() && through == from.through();
  }

  public long bytes() {
    return parts.stream().mapToLong(part -> part.bytes().length).sum();
  }

  /** Where the mirror is when it has this. */
  public MirrorPosition to() {
    var ends = new TreeMap<>(from.ends());
    for (var part : parts) {
      if (part instanceof SegmentPart(var name, var id, var offset, var _, var bytes)) {
        ends.put(name, new MirrorPosition.End(id, offset + bytes.length));
      }
    }
    return new MirrorPosition(through, ends);
  }
}
