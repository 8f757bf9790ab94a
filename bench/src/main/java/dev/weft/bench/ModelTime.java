package dev.weft.bench;

import java.util.concurrent.atomic.LongAdder;

/** Adds up the time models ran, and how much of it nobody wanted any more. Threadsafe. */
final class ModelTime {

  private final LongAdder all = new LongAdder();
  private final LongAdder onDead = new LongAdder();
  private final LongAdder onLate = new LongAdder();

  /**
   * Counts one run.
   *
   * @param deadNanos when its frame's deadline passed or its caller left
   */
  void ran(long startedNanos, long endedNanos, long deadNanos) {
    var ran = endedNanos - startedNanos;
    var afterDeath = Math.clamp(endedNanos - deadNanos, 0, ran);
    all.add(ran);
    onDead.add(afterDeath);
    onLate.add(afterDeath > 0 ? ran : 0);
  }

  void reset() {
    all.reset();
    onDead.reset();
    onLate.reset();
  }

  double seconds() {
    return all.sum() / 1e9;
  }

  /** Share of the time after the frame's death, 0 to 1; 0 if nothing ran. */
  double deadShare() {
    return share(onDead);
  }

  /** Share of the time of runs that ended too late, their part before the death included. */
  double lateShare() {
    return share(onLate);
  }

  private double share(LongAdder part) {
    var sum = all.sum();
    return sum == 0 ? 0 : (double) part.sum() / sum;
  }
}
