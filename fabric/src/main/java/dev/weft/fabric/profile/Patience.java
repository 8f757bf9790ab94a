package dev.weft.fabric.profile;

import java.time.Duration;

/**
 * How long callers wait before they leave without an answer, learned from those who left.
 *
 * <p>Callers who wait less than their deadline says are a trap: under load the queue grows until
 * each frame's turn comes just as its caller leaves, so all of the work is for nobody. Once more
 * frames are left than answered, new ones are let in only as if their deadline were what callers
 * have been seen to wait. That is forgotten after a while, and for twice as long if it was still
 * so. Threadsafe: an update lost once in a while changes nothing that matters.
 */
public final class Patience {

  static final Duration FIRST_HOLD = Duration.ofSeconds(5);
  static final Duration LONGEST_HOLD = Duration.ofMinutes(1);

  /** Callers who must have left before anything follows from it. */
  static final int LEFT_MIN = 8;

  private static final float WEIGHT = 1f / 16;
  private static final float LEFT_SHARE = 0.5f;

  /** Nine of ten wait longer; less than that, as a quantile is up to an eighth too high. */
  private static final double QUANTILE = 0.1;

  private static final double MARGIN = 0.85;
  private static final long NONE = Long.MAX_VALUE;

  private RecentQuantiles ages = new RecentQuantiles();
  private Duration hold = FIRST_HOLD;
  private volatile float leftShare;
  private volatile long nanos = NONE;
  private volatile long heldUntil;

  /** Takes note of a frame that was answered. */
  public void answered() {
    var share = leftShare;
    if (share > 0) {
      leftShare = share - share * WEIGHT;
    }
  }

  /**
   * Takes note of a caller who left.
   *
   * @param ageNanos how long the caller had waited
   * @param now on the fabric's monotonic clock
   */
  public synchronized void left(long ageNanos, long now) {
    leftShare += (1 - leftShare) * WEIGHT;
    ages.add(ageNanos);
    if (leftShare <= LEFT_SHARE || ages.count() < LEFT_MIN) {
      return;
    }
    var seen = (long) (ages.quantile(QUANTILE) * MARGIN);
    if (isHeld(now)) {
      // Most of them came before it was.
      nanos = Math.min(nanos, seen);
    } else {
      hold = nanos == NONE || now - heldUntil >= hold.toNanos() ? FIRST_HOLD : longer(hold);
      heldUntil = now + hold.toNanos();
      nanos = seen;
    }
    leftShare = 0;
    ages = new RecentQuantiles();
  }

  private boolean isHeld(long now) {
    return nanos != NONE && now - heldUntil < 0;
  }

  private static Duration longer(Duration hold) {
    var twice = hold.multipliedBy(2);
    return twice.compareTo(LONGEST_HOLD) > 0 ? LONGEST_HOLD : twice;
  }

  /**
   * The time a frame has that is let in now.
   *
   * @param budgetNanos until its deadline
   * @param own what such frames take; callers who never wait that long are not believed
   */
  public long within(long budgetNanos, ServiceTime own, long now) {
    return isHeld(now) ? Math.min(budgetNanos, Math.max(nanos, 2 * own.p95Nanos())) : budgetNanos;
  }
}
