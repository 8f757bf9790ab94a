package dev.weft.link.testkit;

import java.time.Duration;

/** What is done to bytes that go one way. For any number of threads. */
final class Shape {

  private static final long NANOS = 1_000_000_000L;

  private static final long AHEAD_NANOS = NANOS / 20;

  volatile boolean isDropping;
  private volatile long delayNanos;
  private long bytesPerSecond;
  private long freeAtNanos;

  void delay(Duration by) {
    delayNanos = by.toNanos();
  }

  synchronized void throttle(long most) {
    if (most < 1) {
      throw new IllegalArgumentException("throttle: %d bytes/s (expected: >= 1)".formatted(most));
    }
    bytesPerSecond = most;
    freeAtNanos = System.nanoTime();
  }

  synchronized void heal() {
    isDropping = false;
    delayNanos = 0;
    bytesPerSecond = 0;
  }

  /** How many bytes are read at once: few where they go slowly, so that they go evenly. */
  synchronized int chunk(int most) {
    return bytesPerSecond == 0 ? most : (int) Math.clamp(bytesPerSecond / 20, 1, most);
  }

  /** How long to wait before more is read, so that what waits here is little. */
  synchronized long pauseNanos(long nowNanos) {
    return bytesPerSecond == 0 ? 0 : Math.max(0, freeAtNanos - nowNanos - AHEAD_NANOS);
  }

  /** When bytes that came now go on, on {@link System#nanoTime}. */
  synchronized long dueNanos(int bytes, long nowNanos) {
    var due = nowNanos + delayNanos;
    if (bytesPerSecond == 0) {
      return due;
    }
    freeAtNanos = Math.max(freeAtNanos, nowNanos) + bytes * NANOS / bytesPerSecond;
    return Math.max(due, freeAtNanos + delayNanos);
  }
}
