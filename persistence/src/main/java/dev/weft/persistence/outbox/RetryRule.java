package dev.weft.persistence.outbox;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after failures: twice as long each time, up to a bound, and of that a random
 * part between one half and all, so that many senders do not come back at once ("Exponential
 * Backoff And Jitter", AWS, 2015: equal jitter).
 */
public record RetryRule(Duration first, Duration max) {

  private static final int DOUBLINGS_MAX = 30;

  public RetryRule {
    if (first.isNegative() || first.isZero() || max.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "retry: first %s, max %s (expected: 0 < first <= max)".formatted(first, max));
    }
  }

  /** The wait after the {@code failures}-th failure in a row. */
  public Duration delay(int failures, RandomGenerator random) {
    var doublings = Math.clamp(failures - 1, 0, DOUBLINGS_MAX);
    var whole = Math.min((double) max.toNanos(), (double) first.toNanos() * (1L << doublings));
    return Duration.ofNanos((long) (whole / 2 + random.nextDouble() * whole / 2));
  }
}
