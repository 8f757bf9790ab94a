package dev.weft.fabric.profile;

/**
 * What one frame takes somewhere, in nanoseconds.
 *
 * @param meanNanos expected
 * @param p95Nanos that 95 of 100 stay under
 */
public record ServiceTime(long meanNanos, long p95Nanos) {

  public static final ServiceTime NONE = new ServiceTime(0, 0);

  /** How far the 95th percentile lies above the mean. */
  long spreadNanos() {
    return Math.max(0, p95Nanos - meanNanos);
  }
}
