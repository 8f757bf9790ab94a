package dev.weft.fabric.pairing;

import java.time.Instant;

/**
 * An event that waits for its partners; compared by identity.
 *
 * @param <T> what the event carries
 */
final class Waiting<T> {

  private final TimedEvent<T> event;
  private final int input;
  private final long arrivedNanos;
  private final long number;

  /**
   * @param input position of its input among those paired; 0 sets the pace
   * @param number counts the arrivals
   */
  Waiting(TimedEvent<T> event, int input, long arrivedNanos, long number) {
    this.event = event;
    this.input = input;
    this.arrivedNanos = arrivedNanos;
    this.number = number;
  }

  TimedEvent<T> event() {
    return event;
  }

  Instant at() {
    return event.at();
  }

  int input() {
    return input;
  }

  boolean setsPace() {
    return input == 0;
  }

  long arrivedNanos() {
    return arrivedNanos;
  }

  long number() {
    return number;
  }
}
