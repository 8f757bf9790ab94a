package dev.weft.gateway.model;

import java.time.Duration;

/** Counts the inferences inside, and lets none in once the gateway drains. Threadsafe. */
final class InFlight {

  private int inside;
  private boolean isDraining;

  /** Whether one more may go in; it must {@link #leave} then. */
  synchronized boolean enter() {
    if (isDraining) {
      return false;
    }
    inside++;
    return true;
  }

  synchronized void leave() {
    inside--;
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
    for (var left = patience.toNanos(); inside > 0 && left > 0; left = until - System.nanoTime()) {
      wait(Math.max(1, left / 1_000_000));
    }
    return inside == 0;
  }
}
