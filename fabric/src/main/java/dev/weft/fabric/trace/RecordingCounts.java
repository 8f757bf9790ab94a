package dev.weft.fabric.trace;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many frames a recorder was to record, and did.
 *
 * @param notRecorded the others, by why: a word of the recorder, or the reason of the store
 */
public record RecordingCounts(long recorded, SortedMap<String, Long> notRecorded) {

  public RecordingCounts {
    notRecorded = Collections.unmodifiableSortedMap(new TreeMap<>(notRecorded));
  }

  /** All that were not recorded. */
  public long left() {
    return notRecorded.values().stream().mapToLong(Long::longValue).sum();
  }
}
