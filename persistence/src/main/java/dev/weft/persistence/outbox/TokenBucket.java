package dev.weft.persistence.outbox;

/**
 * A cap on bytes per second. Holds up to one second's worth; what is larger than that goes when the
 * bucket is full, and is paid for afterwards. Not for several threads.
 */
public final class TokenBucket {

  private static final double NANOS = 1e9;

  private final long bytesPerSecond;
  private double tokens;
  private long filledAtNanos;
  private boolean isBegun;

  /** A full one; 0 for no cap. */
  public TokenBucket(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
    this.tokens = bytesPerSecond;
  }

  /** Nanoseconds until {@code bytes} may be sent; 0 for now. */
  public long waitNanos(long bytes, long nowNanos) {
    if (bytesPerSecond == 0) {
      return 0;
    }
    fill(nowNanos);
    var missing = Math.min(bytes, bytesPerSecond) - tokens;
    return missing <= 0 ? 0 : (long) Math.ceil(missing / bytesPerSecond * NANOS);
  }

  /** Takes what {@code bytes} cost. */
  public void take(long bytes, long nowNanos) {
    fill(nowNanos);
    tokens -= bytes;
  }

  private void fill(long nowNanos) {
    var passed = isBegun ? Math.max(0, nowNanos - filledAtNanos) : 0;
    isBegun = true;
    tokens = Math.min(bytesPerSecond, tokens + passed / NANOS * bytesPerSecond);
    filledAtNanos = nowNanos;
  }
}
