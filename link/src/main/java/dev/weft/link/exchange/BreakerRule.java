package dev.weft.link.exchange;

import java.time.Duration;

/**
 * When a {@link Breaker} opens, and for how long.
 *
 * @param failuresMax connections in a row that failed or broke
 * @param retryAfter pause before the next attempt while it is closed
 * @param openMin how long it is open at first; twice as long each time after
 * @param openMax how long at most, and how long a connection must hold until it is openMin again
 */
public record BreakerRule(
    int failuresMax, Duration retryAfter, Duration openMin, Duration openMax) {

  public BreakerRule {
    if (failuresMax < 1) {
      throw new IllegalArgumentException(
          "breaker: failures-max: %d (expected: >= 1)".formatted(failuresMax));
    }
    if (!retryAfter.isPositive() || !openMin.isPositive() || openMax.compareTo(openMin) < 0) {
      throw new IllegalArgumentException(
          "breaker: retry-after %s, open-min %s, open-max %s (expected: more than 0, in order)"
              .formatted(retryAfter, openMin, openMax));
    }
  }
}
