package dev.weft.persistence.mirror;

import dev.weft.persistence.segment.SegmentStore;

/**
 * A buffer of this process that another node may mirror.
 *
 * @param store what records go to
 * @param buffer where they are kept; in the clear
 */
public record MirroredBuffer(SafeStore store, SegmentStore buffer, Terms terms) {}
