package dev.weft.persistence.segment;

import dev.weft.persistence.trace.Loss;
import dev.weft.persistence.trace.LossReason;
import java.time.Instant;
import java.util.TreeMap;

/** Counts what is dropped for one reason until its loss can be written. */
final class LossTally {

  private final LossReason reason;
  private final TreeMap<String, Long> sessions = new TreeMap<>();
  private long count;
  private Instant from = Instant.MAX;
  private Instant to = Instant.MIN;

  LossTally(LossReason reason) {
    this.reason = reason;
  }

  LossReason reason() {
    return reason;
  }

  void add(String session, Instant time) {
    add(session, 1, time, time);
    count++;
  }

  private void add(String session, long records, Instant begin, Instant end) {
    if (sessions.size() < Loss.SESSIONS_MAX || sessions.containsKey(session)) {
      sessions.merge(session, records, Long::sum);
    }
    between(begin, end);
  }

  /** The time in which things were lost reaches from {@code begin} to {@code end} at least. */
  void between(Instant begin, Instant end) {
    from = begin.isBefore(from) ? begin : from;
    to = end.isAfter(to) ? end : to;
  }

  /** Adds all that {@code other} counted. */
  void addAll(LossTally other) {
    other.sessions.forEach((session, records) -> add(session, records, other.from, other.to));
    count += other.count;
    between(other.from, other.to);
  }

  Loss loss() {
    return new Loss(reason, count, 0, 0, 0, from, to, sessions);
  }
}
