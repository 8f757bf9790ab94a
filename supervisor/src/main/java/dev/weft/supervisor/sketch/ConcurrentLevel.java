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
 * frame and each {@value #EVERY}th after, so that the level follows the load and not the session.
 *
 * <p>Confined to one thread.
 */
public final class ConcurrentLevel {

  /** Values before there is a level. */
  public static final int FIRST = 8;

  /** A value fades to a third when so many newer ones have come. */
  private static final int WINDOW = 32;

  private static final int EVERY = 100;

  /** Sessions told apart; when there are more, all begin anew. */
  private static final int SESSIONS_MAX = 10_000;

  private final Map<String, Integer> framesBySession = new HashMap<>();
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
    if (!session.isEmpty() && framesBefore(session) % EVERY != 0) {
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

  private int framesBefore(String session) {
    if (framesBySession.size() >= SESSIONS_MAX && !framesBySession.containsKey(session)) {
      framesBySession.clear();
    }
    return framesBySession.merge(session, 1, Integer::sum) - 1;
  }
}
