package dev.weft.gateway.tracing;

import java.time.Instant;

/**
 * Times of one request in nanoseconds since 1970, measured on the monotonic clock: the wall clock
 * may jump meanwhile.
 *
 * @param start when the request came
 * @param startNanos the same of {@link System#nanoTime}
 */
record Timeline(long start, long startNanos) {

  private static final long NANOS = 1_000_000_000L;

  static Timeline begin() {
    var now = Instant.now();
    return new Timeline(now.getEpochSecond() * NANOS + now.getNano(), System.nanoTime());
  }

  long now() {
    return start + System.nanoTime() - startNanos;
  }
}
