package dev.weft.persistence.segment;

import java.util.List;
import java.util.Map;

/**
 * What of a store is durable at one moment.
 *
 * @param through every record with a number up to this one is in the views, was dropped, or was
 *     deleted
 * @param views by class, the oldest first
 */
record Durable(long through, Map<String, List<SegmentView>> views) {}
