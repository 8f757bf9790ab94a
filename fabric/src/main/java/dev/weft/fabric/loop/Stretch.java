package dev.weft.fabric.loop;

/**
 * How much longer it takes until a resident has left than the work before it would have taken by
 * itself. What comes later and goes first, other lanes, other tenants and other programs on the
 * machine all make it longer; none of that is known in advance, so it is learned from those who
 * left. Threadsafe: an update lost once in a while changes nothing that matters.
 */
final class Stretch {

  private static final float WEIGHT = 1f / 32;

  /** Longer than this is a stall, which says little of what comes next. */
  private static final float MOST = 4;

  private volatile float mean = 1;

  /** Takes note of a resident that was foreseen to take one time and took another. */
  void took(long foreseenNanos, long nanos) {
    var ratio = Math.min(MOST, (float) nanos / foreseenNanos);
    mean += (ratio - mean) * WEIGHT;
  }

  /**
   * Takes note of a resident with so little before it that it says nothing: what is known fades.
   */
  void fade() {
    mean += (1 - mean) * WEIGHT;
  }

  /**
   * {@code nanos} of work as the time it is going to take. Never less: where frames before it were
   * let go instead of run, that is no reason to let more in.
   */
  long of(long nanos) {
    return (long) (nanos * Math.max(1, mean));
  }
}
