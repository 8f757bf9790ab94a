package dev.weft.link.exchange;

import java.util.concurrent.atomic.AtomicLong;

/** An amount that several share, such as bytes of memory. For any number of threads. */
final class Budget {

  private final long most;
  private final AtomicLong taken = new AtomicLong();

  Budget(long most) {
    this.most = most;
  }

  /** Takes an amount; false, and takes nothing, if there is not as much. */
  boolean take(long amount) {
    if (taken.addAndGet(amount) <= most) {
      return true;
    }
    taken.addAndGet(-amount);
    return false;
  }

  void give(long amount) {
    taken.addAndGet(-amount);
  }

  long taken() {
    return taken.get();
  }
}
