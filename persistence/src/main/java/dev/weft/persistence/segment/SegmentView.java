package dev.weft.persistence.segment;

import java.util.Optional;

/**
 * One segment as readers may see it.
 *
 * @param length of the valid part that was durable when this was made
 * @param expectedLength more than that if the end is damaged
 * @param summary what stands in it, to pass it over; empty while it is written to
 */
record SegmentView(
    String retentionClass,
    String name,
    long id,
    long length,
    long expectedLength,
    Optional<Segment> summary) {}
