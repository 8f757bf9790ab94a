package dev.weft.gateway.model;

import java.time.Duration;
import java.util.Optional;

/** Counts the inferences inside, and lets none in once the gateway drains. Threadsafe. */
final class InFlight {

  /** Inferences inside by the parity of the turn in which they came. */
  private final int[] inside = new int[2];

  private int turn;
  private boolean isDraining;

  /** Lets one more in, which must leave; empty if it may not. */
  synchronized Optional<Stay> enter() {
    if (isDraining) {
      return Optional.empty();
    }
    inside[turn]++;
    return Optional.of(new Stay(this, turn));
  }

  /** Counts one out that came in {@code turn}. */
  synchronized void leave(int turn) {
    inside[turn]--;
    notifyAll();
  }

  synchronized boolean isDraining() {
    return isDraining;
  }

  /**
   * Lets no more in and waits for those inside.
   *
   * @return whether all have left in time
   */
  synchronized boolean drain(Duration patience) throws InterruptedException {
    isDraining = true;
    var until = System.nanoTime() + patience.toNanos();
    return areOut(0, until) && areOut(1, until);
  }

  /**
   * Waits for those that are inside now, whoever comes meanwhile; for one thread at a time.
   *
   * @return whether all have left in time
   */
  synchronized boolean outlast(Duration patience) throws InterruptedException {
    var until = System.nanoTime() + patience.toNanos();
    // Those of the turn before may be inside still, if they were not outlasted in time.
    if (!areOut(1 - turn, until)) {
      return false;
    }
    var before = turn;
    turn = 1 - turn;
    return areOut(before, until);
  }

  private boolean areOut(int which, long until) throws InterruptedException {
    for (var left = until - System.nanoTime();
        inside[which] > 0 && left > 0;
        left = until - System.nanoTime()) {
      wait(Math.max(1, left / 1_000_000));
    }
    return inside[which] == 0;
  }
}
