package dev.weft.gateway.tracing;

import java.util.concurrent.atomic.AtomicLong;

/** How many more requests are traced. Threadsafe. */
final class Quota {

  /** As many as come. */
  static final long UNBOUNDED = -1;

  private final AtomicLong left;

  /**
   * @param count {@link #UNBOUNDED} for no bound
   */
  Quota(long count) {
    this.left = new AtomicLong(count);
  }

  long left() {
    return left.get();
  }

  /** Takes one, if there is one left. */
  boolean take() {
    return left.getAndUpdate(now -> now > 0 ? now - 1 : now) != 0;
  }

  /** Gives one back that was not made use of. */
  void giveBack() {
    left.getAndUpdate(now -> now == UNBOUNDED ? now : now + 1);
  }
}
