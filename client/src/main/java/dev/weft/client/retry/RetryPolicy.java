package dev.weft.client.retry;

import java.time.Duration;
import java.util.Optional;

/**
 * How often and when a request is sent again. The wait is what the server asked for, or else
 * doubles from {@code first} up to {@code most}, of which a random part between a half and the
 * whole is taken, so that many clients do not come back together. No wait goes beyond the deadline:
 * what would be answered too late is not sent.
 *
 * @param attempts in all, the first included; 1 never sends again
 */
public record RetryPolicy(int attempts, Duration first, Duration most) {

  /** Four attempts, waits from 50 ms to 2 s. */
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(4, Duration.ofMillis(50), Duration.ofSeconds(2));

  /** Nothing is sent again. */
  public static final RetryPolicy NONE = new RetryPolicy(1, Duration.ZERO, Duration.ZERO);

  private static final int DOUBLINGS_MAX = 30;

  public RetryPolicy {
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts: %d (expected: >= 1)".formatted(attempts));
    }
    if (first.isNegative() || most.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "waits: %s to %s (expected: 0 or more, the second not shorter)".formatted(first, most));
    }
  }

  /**
   * How long to wait before the next attempt; empty if there is to be none.
   *
   * @param failed attempts so far, 1 or more
   * @param left until the deadline
   * @param asked what the server said, if it said when to come back
   * @param random in [0, 1)
   */
  public Optional<Duration> wait(
      int failed, Duration left, Optional<Duration> asked, double random) {
    if (failed >= attempts) {
      return Optional.empty();
    }
    var wait = asked.map(time -> spread(time, random)).orElseGet(() -> backoff(failed, random));
    return wait.compareTo(left) < 0 ? Optional.of(wait) : Optional.empty();
  }

  /** Never before the server asked, and up to a tenth after. */
  private static Duration spread(Duration asked, double random) {
    return asked.plusNanos((long) (asked.toNanos() * random / 10));
  }

  private Duration backoff(int failed, double random) {
    var doubled = first.multipliedBy(1L << Math.min(failed - 1, DOUBLINGS_MAX));
    var whole = doubled.compareTo(most) < 0 ? doubled : most;
    return Duration.ofNanos((long) (whole.toNanos() * (1 + random) / 2));
  }
}
