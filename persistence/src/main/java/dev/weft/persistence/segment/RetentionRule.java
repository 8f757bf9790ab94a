package dev.weft.persistence.segment;

import dev.weft.persistence.trace.Holds;
import dev.weft.persistence.trace.Loss;
import dev.weft.persistence.trace.LossReason;
import dev.weft.persistence.trace.Retention.WhenHeld;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;

/** Decides which segment of a class goes next, and what its loss says. */
final class RetentionRule {

  private RetentionRule() {}

  /** A segment to delete, and why. */
  record Due(Segment segment, LossReason reason) {}

  /** The oldest segment, if it is to go now. */
  static Optional<Due> due(ClassLog log, Holds holds, Instant now) {
    var retention = log.retention();
    var over = log.bytes() > retention.bytesMax();
    var oldest = log.oldestSealed().or(log::active);
    if (oldest.isEmpty()) {
      return Optional.empty();
    }
    var segment = oldest.get();
    if (over && log.oldestSealed().isPresent() && mayGo(log, segment, holds)) {
      return Optional.of(new Due(segment, LossReason.RETENTION_BYTES));
    }
    var tooOld = segment.records() > 0 && segment.newest().isBefore(now.minus(retention.ageMax()));
    return tooOld && !isHeld(log, segment, holds)
        ? Optional.of(new Due(segment, LossReason.RETENTION_AGE))
        : Optional.empty();
  }

  /** Whether a class that is full will have room again without anyone letting go of records. */
  static boolean gives(ClassLog log, Holds holds) {
    return log.oldestSealed().map(segment -> mayGo(log, segment, holds)).orElse(true);
  }

  private static boolean mayGo(ClassLog log, Segment segment, Holds holds) {
    return log.retention().whenHeld() == WhenHeld.DELETE_OLDEST || !isHeld(log, segment, holds);
  }

  private static boolean isHeld(ClassLog log, Segment segment, Holds holds) {
    return segment.records() > 0 && segment.lastNumber() >= holds.heldFrom(log.retention().name());
  }

  /** What the deletion of a segment leaves: its own count, and those it takes along. */
  static StoredLoss loss(Due due) {
    var segment = due.segment();
    var isEmpty = segment.records() == 0;
    var sessions = new TreeMap<String, Long>();
    for (var session : new TreeMap<>(segment.sessions()).entrySet()) {
      if (sessions.size() < Loss.SESSIONS_MAX) {
        sessions.put(session.getKey(), session.getValue());
      }
    }
    return new StoredLoss(
        new Loss(
            due.reason(),
            segment.records(),
            segment.lossCount(),
            segment.firstNumber() == Long.MAX_VALUE ? 0 : segment.firstNumber(),
            segment.lastNumber(),
            isEmpty ? Instant.EPOCH : segment.oldest(),
            isEmpty ? Instant.EPOCH : segment.newest(),
            sessions),
        segment.id());
  }
}
