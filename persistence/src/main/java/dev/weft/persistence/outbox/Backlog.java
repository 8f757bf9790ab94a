package dev.weft.persistence.outbox;

import dev.weft.persistence.disk.Disk;
import dev.weft.persistence.segment.SegmentLook;
import java.io.IOException;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What waits in a buffer for a sink, by retention class. Taken by a look from outside, so the
 * buffer may be in use, and encrypted.
 */
public record Backlog(SortedMap<String, Amount> classes) {

  /**
   * How much waits.
   *
   * @param bytes payloads, without attachments
   * @param deferred of the records, those kept while the sink could not be reached
   * @param oldest the earliest time of one; empty if there is none
   */
  public record Amount(long records, long bytes, long deferred, Optional<Instant> oldest) {

    private static final Amount NOTHING = new Amount(0, 0, 0, Optional.empty());

    private Amount and(Amount other) {
      var earlier =
          oldest.isPresent() && other.oldest.isPresent()
              ? Optional.of(Collections.min(java.util.List.of(oldest.get(), other.oldest.get())))
              : oldest.or(other::oldest);
      return new Amount(
          records + other.records, bytes + other.bytes, deferred + other.deferred, earlier);
    }
  }

  public Backlog {
    classes = Collections.unmodifiableSortedMap(new TreeMap<>(classes));
  }

  /** What is tagged in the buffer on {@code disk} above {@code acknowledged}; reads all of it. */
  public static Backlog of(Disk disk, UploadTags tags, long acknowledged) throws IOException {
    Map<String, Amount> classes = new TreeMap<>();
    SegmentLook.at(
        disk,
        acknowledged + 1,
        seen -> {
          var key = seen.key();
          if (tags.wants(key)) {
            var one =
                new Amount(1, seen.bytes(), key.isDeferred() ? 1 : 0, Optional.of(key.time()));
            classes.merge(key.retentionClass(), one, Amount::and);
          }
        });
    return new Backlog(new TreeMap<>(classes));
  }

  /** All classes together. */
  public Amount all() {
    return classes.values().stream().reduce(Amount.NOTHING, Amount::and);
  }
}
