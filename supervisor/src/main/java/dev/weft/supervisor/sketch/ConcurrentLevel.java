package dev.weft.supervisor.sketch;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What the stable variant takes just now, and values as they would be if that were always the same.
 *
 * <p>A candidate with a small share of the traffic meets the machine at few moments. Where load
 * swings, those moments differ from the stable variant's by chance, and frames of one moment are
 * alike; bounds that count frames as independent would then be wrong far more often than they say.
 * Against the level of the moment, both variants are held to the same load.
 *
 * <p>The level is a geometric mean in which older values fade. A session adds to it with its first
 * frame and then seldom, so that the level follows the load and not the session: each {@value
 * #EVERY}th frame where {@value #WINDOW} sessions or more have come, and the more often the fewer
 * they are, so that about as many values make the level however few bring them. What one session
 * alone brings cannot tell its own way from the load's.
 *
 * <p>Confined to one thread.
 */
public final class ConcurrentLevel {

  /** Values before there is a level. */
  public static final int FIRST = 8;

  /** A value fades to a third when so many newer ones have come. */
  private static final int WINDOW = 32;

  /** Frames of one session from one value to the next, at most. */
  private static final int EVERY = 100;

  /** Stands for a session that has not come yet. */
  private static final int NEVER = -1;

  /** Sessions told apart; when there are more, all begin anew. */
  private static final int SESSIONS_MAX = 10_000;

  /** Frames of each session since its last value. */
  private final Map<String, Integer> framesSince = new HashMap<>();

  private long sessions;
  private double level;
  private double reference;
  private long added;

  /**
   * Takes a value of the stable variant into account.
   *
   * @param session empty for a frame that belongs to none
   * @param value &gt;= 0
   */
  public void add(String session, double value) {
    if (!session.isEmpty() && !isDue(session)) {
      return;
    }
    var log = Math.log(Math.max(Double.MIN_NORMAL, value));
    level += (log - level) / Math.min(WINDOW, added + 1);
    added++;
    if (added == FIRST) {
      reference = level;
    }
  }

  /**
   * A value of either variant as it would be at the level there was first, in the same unit; empty
   * while there is no level.
   */
  public OptionalDouble levelled(double value) {
    return added < FIRST
        ? OptionalDouble.empty()
        : OptionalDouble.of(value * Math.exp(reference - level));
  }

  private boolean isDue(String session) {
    var since = framesSince.getOrDefault(session, NEVER);
    if (since == NEVER) {
      sessions++;
      if (framesSince.size() >= SESSIONS_MAX) {
        framesSince.clear();
      }
    }
    var isDue = since == NEVER || since + 1 >= every();
    framesSince.put(session, isDue ? 0 : since + 1);
    return isDue;
  }

  /** Frames from one value of a session to its next. */
  private long every() {
    return Math.min(EVERY, Math.ceilDiv(EVERY * sessions, WINDOW));
  }
}
