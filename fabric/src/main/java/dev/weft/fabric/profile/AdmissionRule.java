package dev.weft.fabric.profile;

import java.time.Duration;
import java.util.Optional;

/**
 * Decides at a pipeline's door whether a frame can make its deadline: the work before it, plus what
 * 95 of 100 frames like it take, must fit.
 *
 * <p>A frame with nothing before it is always tried: a slow spell is only seen to be over by what
 * runs after it.
 */
public final class AdmissionRule {

  /**
   * Part of a frame's time that is left to what no profile sees: hand-overs, the machine itself.
   */
  private static final double MARGIN = 0.05;

  /** How often a pipeline that has become too slow for its deadlines is tried again. */
  public static final Duration PROBE_EVERY = Duration.ofMillis(500);

  private static final Duration RETRY_MIN = Duration.ofMillis(1);

  /** A later deadline is none: longer than a process is likely to live. */
  private static final Duration DEADLINE_MAX = Duration.ofDays(365);

  private AdmissionRule() {}

  /** Time until a deadline; one that has passed is one that passes now. */
  public static long budgetNanos(Duration deadline) {
    if (deadline.isNegative()) {
      return 0;
    }
    return (deadline.compareTo(DEADLINE_MAX) > 0 ? DEADLINE_MAX : deadline).toNanos();
  }

  /**
   * Whether the frame takes longer than it has, whatever is ahead. One such frame every {@link
   * #PROBE_EVERY} is let in all the same: only runs can show that times have become better.
   */
  public static boolean isHopeless(ServiceTime own, long budgetNanos) {
    return own.p95Nanos() >= budgetNanos;
  }

  /**
   * When to try again, if the frame cannot make it now; empty if it can.
   *
   * @param aheadNanos work that is done before the frame
   * @param own what the frame itself takes
   * @param budgetNanos time until its deadline
   */
  public static Optional<Duration> retryAfter(long aheadNanos, ServiceTime own, long budgetNanos) {
    if (own.p95Nanos() == 0 || aheadNanos <= 0 && budgetNanos > 0 && own.p95Nanos() < budgetNanos) {
      return Optional.empty();
    }
    if (isHopeless(own, budgetNanos)) {
      return Optional.of(PROBE_EVERY);
    }
    var usable = (long) (budgetNanos * (1 - MARGIN));
    var missing = aheadNanos + own.p95Nanos() - usable;
    if (missing <= 0) {
      return Optional.empty();
    }
    // What is ahead shrinks as time goes by; a frame too slow for its budget gains nothing by it.
    var wait = Duration.ofNanos(Math.min(missing, Math.max(aheadNanos, 0)));
    return Optional.of(wait.compareTo(RETRY_MIN) < 0 ? RETRY_MIN : wait);
  }
}
