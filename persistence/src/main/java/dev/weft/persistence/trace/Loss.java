package dev.weft.persistence.trace;

import java.time.Instant;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One gap: records that were deleted, or never written. Each gap has exactly one.
 *
 * @param count records lost; 0 if not known ({@code STOPPED_HARD})
 * @param carried records counted by older losses that were deleted together with this gap
 * @param firstNumber the first number deleted; 0 for records that never had a number
 * @param lastNumber the last number deleted; 0 likewise
 * @param from the earliest wall time of a lost record
 * @param to the latest
 * @param sessions how many of each session, for the first {@value #SESSIONS_MAX} sessions
 */
public record Loss(
    LossReason reason,
    long count,
    long carried,
    long firstNumber,
    long lastNumber,
    Instant from,
    Instant to,
    SortedMap<String, Long> sessions) {

  /** Sessions that a loss names; those beyond are in its count only. */
  public static final int SESSIONS_MAX = 64;

  public Loss {
    sessions = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(sessions));
  }

  /** Whether records of {@code session} may be among those lost. */
  public boolean mayConcern(String session) {
    return sessions.containsKey(session) || count == 0 || others() > 0;
  }

  /** Records of sessions that are not named. */
  public long others() {
    var named = 0L;
    for (Map.Entry<String, Long> session : sessions.entrySet()) {
      named += session.getValue();
    }
    return count - named;
  }
}
