package dev.weft.link.exchange;

import java.util.random.RandomGenerator;

/**
 * Whether a link is worth asking. Closed, it is. It opens when connections fail again and again, or
 * at once when one stands still; then whoever asks is refused, and nobody connects. After a while
 * one connection is tried (half open), which closes it or opens it for longer. Knows no clock; not
 * threadsafe.
 */
final class Breaker {

  /** "Circuit Breaker", Nygard, Release It!, 2007. */
  enum State {
    CLOSED,
    OPEN,
    HALF_OPEN
  }

  private final BreakerRule rule;
  private final RandomGenerator random;
  private State state = State.CLOSED;
  private int failures;
  private int opened;
  private long nextTryNanos;
  private boolean isUp;
  private long upSinceNanos;

  /**
   * @param random so that many senders do not come back together
   */
  Breaker(BreakerRule rule, RandomGenerator random, long nowNanos) {
    this.rule = rule;
    this.random = random;
    this.nextTryNanos = nowNanos;
  }

  State state() {
    return state;
  }

  /** Whether a request may be taken. */
  boolean isClosed() {
    return state == State.CLOSED;
  }

  /** Whether a connection may be tried now. */
  boolean mayConnect(long nowNanos) {
    return !isUp && nowNanos - nextTryNanos >= 0;
  }

  /** When the next connection may be tried; not before now if it may. */
  long nextTryNanos() {
    return nextTryNanos;
  }

  /** A connection is tried. */
  void connecting() {
    if (state == State.OPEN) {
      state = State.HALF_OPEN;
    }
  }

  /** The other side has welcomed us. */
  void connected(long nowNanos) {
    state = State.CLOSED;
    failures = 0;
    isUp = true;
    upSinceNanos = nowNanos;
  }

  /** A connection could not be made, or broke. */
  void failed(long nowNanos) {
    settle(nowNanos);
    failures++;
    if (state == State.HALF_OPEN || failures >= rule.failuresMax()) {
      open(nowNanos);
    } else {
      nextTryNanos = nowNanos + rule.retryAfter().toNanos();
    }
  }

  /** A connection stood still: it may do so for ever, so nobody shall wait for it. */
  void stalled(long nowNanos) {
    settle(nowNanos);
    open(nowNanos);
  }

  /** What held for long enough counts as good whatever was before. */
  private void settle(long nowNanos) {
    if (isUp && nowNanos - upSinceNanos >= rule.openMax().toNanos()) {
      opened = 0;
    }
    isUp = false;
  }

  private void open(long nowNanos) {
    state = State.OPEN;
    failures = 0;
    var longest = rule.openMax().toNanos();
    var shift = Math.min(opened, Long.numberOfLeadingZeros(rule.openMin().toNanos()) - 1);
    var pause = Math.min(longest, rule.openMin().toNanos() << shift);
    opened++;
    // Between half and all of it.
    nextTryNanos = nowNanos + pause - (long) (random.nextDouble() * (pause / 2));
  }
}
