package dev.weft.link.exchange;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Whether the other side of a connection is there: what was heard of it, and how long it takes to
 * answer a ping. Knows no clock; not threadsafe.
 */
final class Pulse {

  private final long heartbeatNanos;
  private final long silenceNanosMax;
  private long heardNanos;
  private long pingedNanos;
  private long pings;
  private Optional<Duration> roundTrip = Optional.empty();

  /**
   * @param silenceMax without a word, above which nobody is there
   */
  Pulse(Duration heartbeat, Duration silenceMax) {
    this.heartbeatNanos = heartbeat.toNanos();
    this.silenceNanosMax = silenceMax.toNanos();
  }

  /** A new connection; its first ping is due at once. */
  void begin(long nowNanos) {
    heardNanos = nowNanos;
    pingedNanos = nowNanos - heartbeatNanos;
  }

  void heard(long nowNanos) {
    heardNanos = nowNanos;
  }

  boolean isSilent(long nowNanos) {
    return nowNanos - heardNanos >= silenceNanosMax;
  }

  /** The number of the ping that is to be sent now, if one is due; it counts as sent. */
  OptionalLong ping(long nowNanos) {
    if (nowNanos - pingedNanos < heartbeatNanos) {
      return OptionalLong.empty();
    }
    pingedNanos = nowNanos;
    return OptionalLong.of(++pings);
  }

  /** A ping was answered; of one that is not the last, it is not known when it was sent. */
  void pong(long number, long nowNanos) {
    if (number == pings) {
      roundTrip = Optional.of(Duration.ofNanos(nowNanos - pingedNanos));
    }
  }

  /** Of the last ping that was answered; empty before the first. */
  Optional<Duration> roundTrip() {
    return roundTrip;
  }
}
