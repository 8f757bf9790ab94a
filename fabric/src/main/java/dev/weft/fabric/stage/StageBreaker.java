package dev.weft.fabric.stage;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Suspends a stage whose runs keep getting lost: after a few within a while it refuses runs at
 * once, and for twice as long if one is lost soon after that. Threadsafe; asking takes no lock.
 */
final class StageBreaker {

  /** Lost runs within {@link #WINDOW} that a stage may have. */
  static final int LOST_MAX = 3;

  static final Duration WINDOW = Duration.ofMinutes(5);
  static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  private final Deque<Long> lost = new ArrayDeque<>();
  private Duration pause = FIRST_PAUSE;
  private volatile long openUntil;
  private volatile boolean open;

  /** Takes note of a lost run; true if the stage is suspended because of it. */
  synchronized boolean lost(long nanos) {
    if (isOpen(nanos)) {
      return true;
    }
    if (open && nanos - openUntil < WINDOW.toNanos()) {
      // Not long since runs were tried again: that was too early.
      suspend(nanos);
      return true;
    }
    open = false;
    while (!lost.isEmpty() && nanos - lost.getFirst() > WINDOW.toNanos()) {
      lost.removeFirst();
    }
    lost.addLast(nanos);
    if (lost.size() < LOST_MAX) {
      return false;
    }
    lost.clear();
    pause = FIRST_PAUSE;
    suspend(nanos);
    return true;
  }

  private void suspend(long nanos) {
    openUntil = nanos + pause.toNanos();
    open = true;
    var twice = pause.multipliedBy(2);
    pause = twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
  }

  /** Whether runs are refused now. */
  boolean isOpen(long nanos) {
    return open && nanos - openUntil < 0;
  }

  /** Time until runs are tried again. */
  Duration left(long nanos) {
    return Duration.ofNanos(Math.max(0, openUntil - nanos));
  }
}
