package dev.weft.cluster.moving;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Whether something is so, as far as it was seen for long enough: what is seen for a moment does
 * not count, and at first neither is known. Immutable.
 *
 * @param turning what was seen since, if that is another state
 */
record Spell(State state, Optional<Turning> turning) {

  enum State {
    UNKNOWN,
    ON,
    OFF
  }

  record Turning(State to, Instant since) {}

  static final Spell UNKNOWN = new Spell(State.UNKNOWN, Optional.empty());

  /** One that is so for good. */
  static Spell of(State state) {
    return new Spell(state, Optional.empty());
  }

  boolean isOn() {
    return state == State.ON;
  }

  boolean isOff() {
    return state == State.OFF;
  }

  /**
   * After one more look.
   *
   * @param on whether it looks on
   * @param off whether it looks off; between the two it stays as it is
   * @param dwell for how long it must look so, without a break
   */
  Spell next(boolean on, boolean off, Instant now, Duration dwell) {
    var seen = on ? State.ON : off ? State.OFF : state;
    if (seen == state) {
      return of(state);
    }
    var since = turning.filter(before -> before.to() == seen).map(Turning::since).orElse(now);
    return Duration.between(since, now).compareTo(dwell) >= 0
        ? of(seen)
        : new Spell(state, Optional.of(new Turning(seen, since)));
  }
}
