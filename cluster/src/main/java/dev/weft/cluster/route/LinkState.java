package dev.weft.cluster.route;

import java.time.Duration;

/**
 * What a data link was measured at.
 *
 * @param roundTrip of a message without content
 * @param bytesPerSecond what it carries, at least 1
 * @param isOpen whether it takes frames: not cut, not tripped
 */
public record LinkState(Duration roundTrip, long bytesPerSecond, boolean isOpen) {

  private static final LinkState NONE = new LinkState(Duration.ZERO, Long.MAX_VALUE, true);
  private static final double NANOS = 1e9;

  public LinkState {
    if (roundTrip.isNegative()) {
      throw new IllegalArgumentException("roundTrip: %s (expected: >= 0)".formatted(roundTrip));
    }
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException(
          "bytesPerSecond: %d (expected: >= 1)".formatted(bytesPerSecond));
    }
  }

  /** That of a node with itself. */
  public static LinkState none() {
    return NONE;
  }

  /** The same, taking no frames. */
  public LinkState cut() {
    return new LinkState(roundTrip, bytesPerSecond, false);
  }

  /** Time that {@code bytes}, there and back together, spend on the way. */
  public Duration hop(long bytes) {
    return roundTrip.plusNanos((long) (bytes / (double) bytesPerSecond * NANOS));
  }
}
