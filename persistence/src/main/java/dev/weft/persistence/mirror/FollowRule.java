package dev.weft.persistence.mirror;

import java.time.Duration;

/**
 * Whether the owner of a mirrored buffer counts as lost: there has been no connection to it for a
 * moment, or there is one over which nothing comes. A wrong guess harms nobody: what two send is
 * taken once. Knows no clock; not threadsafe.
 */
final class FollowRule {

  private final long brokenAfterNanos;
  private final long lostAfterNanos;
  private long heardNanos;
  private long brokenSinceNanos;
  private boolean wasConnected;
  private boolean isBroken;

  /**
   * @param nanos until then the owner counts as heard
   */
  FollowRule(Duration brokenAfter, Duration lostAfter, long nanos) {
    brokenAfterNanos = brokenAfter.toNanos();
    lostAfterNanos = lostAfter.toNanos();
    heardNanos = nanos;
  }

  /** The owner answered, whatever it said. */
  void heard(long nanos) {
    heardNanos = Math.max(heardNanos, nanos);
    isBroken = false;
  }

  /** Whether there is a connection to it; that there never was one tells nothing. */
  void connected(boolean isConnected, long nanos) {
    if (isConnected) {
      wasConnected = true;
      isBroken = false;
    } else if (wasConnected && !isBroken) {
      isBroken = true;
      brokenSinceNanos = nanos;
    }
  }

  /** Nanoseconds since it was heard; below 0 within its grace. */
  long silence(long nanos) {
    return nanos - heardNanos;
  }

  boolean isLost(long nanos) {
    return nanos - heardNanos >= lostAfterNanos
        || isBroken && nanos - brokenSinceNanos >= brokenAfterNanos;
  }
}
