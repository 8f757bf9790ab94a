package dev.weft.gateway.tracing;

import java.util.concurrent.atomic.AtomicLong;

/** One of so many requests, counted from when it was set. Threadsafe. */
final class Rate {

  private final long oneOf;
  private final AtomicLong seen = new AtomicLong();

  /**
   * @param oneOf 1 for every request, 0 for none
   */
  Rate(long oneOf) {
    this.oneOf = oneOf;
  }

  long oneOf() {
    return oneOf;
  }

  /** Counts one more, and says whether it is the one. */
  boolean isHit() {
    return oneOf > 0 && seen.incrementAndGet() % oneOf == 0;
  }
}
