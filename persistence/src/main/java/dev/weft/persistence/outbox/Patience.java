package dev.weft.persistence.outbox;

import dev.weft.persistence.outbox.OutboxStatus.Failure;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Attempts that failed in a row, and the wait before the next. For one thread. */
final class Patience {

  private final RetryRule rule;
  private final RandomGenerator random;
  private int failures;
  private boolean isWaiting;
  private long untilNanos;
  private Optional<Failure> last = Optional.empty();

  Patience(RetryRule rule, RandomGenerator random) {
    this.rule = rule;
    this.random = random;
  }

  /** Counts a failure; answers how many nanoseconds to wait. */
  long failed(String why, Instant now, long nanos) {
    failures = Math.min(failures + 1, Integer.MAX_VALUE - 1);
    var wait = rule.delay(failures, random).toNanos();
    isWaiting = true;
    untilNanos = nanos + wait;
    last = Optional.of(new Failure(now, why));
    return wait;
  }

  /** Something is to be known that is no failure. */
  void tell(String what, Instant now) {
    last = Optional.of(new Failure(now, what));
  }

  /** An attempt went well. */
  void over() {
    failures = 0;
  }

  /** Nanoseconds to wait still; 0 if there is nothing to wait for. */
  long leftNanos(long nanos) {
    isWaiting &= nanos - untilNanos < 0;
    return isWaiting ? untilNanos - nanos : 0;
  }

  int failures() {
    return failures;
  }

  Optional<Failure> last() {
    return last;
  }
}
