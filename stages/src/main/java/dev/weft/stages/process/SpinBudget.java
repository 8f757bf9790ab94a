package dev.weft.stages.process;

/**
 * How long to look again and again before sleeping: only while that has lately paid, so that a core
 * others need is not burnt. Used by one thread.
 */
final class SpinBudget {

  /** Spins in vain after which spinning stops. */
  private static final int MISSES_MAX = 3;

  /** While it has stopped, each n-th wait spins once, to see whether it would pay again. */
  private static final int PROBE_EVERY = 16;

  private final long nanosMax;
  private int misses;
  private int waits;

  SpinBudget(long nanosMax) {
    this.nanosMax = nanosMax;
  }

  /** For the wait that begins now. */
  long nanos() {
    waits++;
    return misses < MISSES_MAX || waits % PROBE_EVERY == 0 ? nanosMax : 0;
  }

  /** Tells whether what was waited for came while spinning. */
  void spun(boolean inTime) {
    misses = inTime ? 0 : Math.min(MISSES_MAX, misses + 1);
  }
}
