package dev.weft.persistence.segment;

import dev.weft.persistence.trace.BlobId;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What is known of one segment: its extent, and a summary of what stands in it. */
final class Segment {

  private final String name;
  private final long id;
  private final Map<String, Long> sessions = new HashMap<>();
  private final Set<BlobId> blobs = new HashSet<>();
  private long length;
  private long expectedLength;
  private long records;
  private long lossCount;
  private boolean losses;
  private long firstNumber = Long.MAX_VALUE;
  private long lastNumber;
  private Instant oldest = Instant.MAX;
  private Instant newest = Instant.MIN;
  private long deletedUpTo;

  Segment(String name, long id) {
    this.name = name;
    this.id = id;
  }

  /** What a summary needs of a frame. */
  record Line(Frame.Kind kind, long number, Instant time, String session, Iterable<BlobId> blobs) {}

  void add(Line line) {
    if (line.kind() == Frame.Kind.RECORD) {
      records++;
      sessions.merge(line.session(), 1L, Long::sum);
      oldest = line.time().isBefore(oldest) ? line.time() : oldest;
      newest = line.time().isAfter(newest) ? line.time() : newest;
      line.blobs().forEach(blobs::add);
    }
    firstNumber = Math.min(firstNumber, line.number());
    lastNumber = line.number();
  }

  void add(StoredLoss stored) {
    losses = true;
    lossCount += stored.loss().count() + stored.loss().carried();
    deletedUpTo = Math.max(deletedUpTo, stored.segment());
  }

  /** The valid part is {@code valid} bytes long, of {@code expected} that were committed. */
  void extend(long valid, long expected) {
    length = valid;
    expectedLength = expected;
  }

  String name() {
    return name;
  }

  long id() {
    return id;
  }

  long length() {
    return length;
  }

  long expectedLength() {
    return expectedLength;
  }

  long records() {
    return records;
  }

  /** Records counted by the losses that stand in this segment. */
  long lossCount() {
    return lossCount;
  }

  boolean hasLosses() {
    return losses;
  }

  long firstNumber() {
    return firstNumber;
  }

  long lastNumber() {
    return lastNumber;
  }

  /** The earliest and the latest wall time of its records; the other way round if it has none. */
  Instant oldest() {
    return oldest;
  }

  Instant newest() {
    return newest;
  }

  Map<String, Long> sessions() {
    return sessions;
  }

  Set<BlobId> blobs() {
    return blobs;
  }

  /** The newest segment that a loss in this one says was deleted. */
  long deletedUpTo() {
    return deletedUpTo;
  }
}
