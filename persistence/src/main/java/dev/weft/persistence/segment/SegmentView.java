package dev.weft.persistence.segment;

import java.util.Optional;

/**
 * One segment as readers may see it.
 *
 * @param length of the valid part that was durable when this was made
 * @param expectedLength more than that if the end is damaged
 * @param summary what stands in it, to pass it over; empty while it is written to
 * @param isMissing whether there is no such file, though no retention has deleted it
 */
record SegmentView(
    String retentionClass,
    String name,
    long id,
    long length,
    long expectedLength,
    Optional<Segment> summary,
    boolean isMissing) {

  /** A segment that is known to have been there, and is not. */
  static SegmentView missing(String retentionClass, long id, long expectedLength) {
    var name = Names.segment(retentionClass, id);
    return new SegmentView(retentionClass, name, id, 0, expectedLength, Optional.empty(), true);
  }
}
