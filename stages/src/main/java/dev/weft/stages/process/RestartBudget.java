package dev.weft.stages.process;

import java.util.ArrayDeque;

/**
 * When a process that ended may be started again: at once after the first end, then after pauses
 * that double, and not before the window has passed when too many have ended within it. Not
 * threadsafe.
 */
final class RestartBudget {

  private static final int DOUBLINGS_MAX = 8;

  /**
   * When to start again, in nanoseconds of the caller's clock.
   *
   * @param exhausted whether the budget is used up until then
   */
  record Restart(long atNanos, boolean exhausted) {}

  private final int max;
  private final long windowNanos;
  private final long pauseNanos;
  private final ArrayDeque<Long> ends = new ArrayDeque<>();

  RestartBudget(int max, long windowNanos, long pauseNanos) {
    this.max = max;
    this.windowNanos = windowNanos;
    this.pauseNanos = pauseNanos;
  }

  /** Counts one end at {@code nowNanos}. */
  Restart ended(long nowNanos) {
    while (!ends.isEmpty() && nowNanos - ends.getFirst() >= windowNanos) {
      ends.removeFirst();
    }
    ends.addLast(nowNanos);
    if (ends.size() > max) {
      // Bounded also when ends are told during the window that is being waited for.
      while (ends.size() > max + 1) {
        ends.removeFirst();
      }
      return new Restart(ends.getFirst() + windowNanos, true);
    }
    var inARow = ends.size() - 1;
    var pause = inARow == 0 ? 0 : pauseNanos << Math.min(DOUBLINGS_MAX, inARow - 1);
    return new Restart(nowNanos + pause, false);
  }
}
