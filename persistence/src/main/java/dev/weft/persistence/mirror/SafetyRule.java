package dev.weft.persistence.mirror;

import java.time.Duration;
import java.util.ArrayDeque;

/**
 * Whether a buffer's records count as safe only when the standby has them, too. They do as long as
 * it is in step: it was heard of late, and lacks nothing that has been durable at the owner for
 * longer than a bound. Knows no clock; not threadsafe.
 */
final class SafetyRule {

  private static final int MARKS_MAX = 1_024;

  private final long slowNanos;
  private final long aloneNanos;
  private final ArrayDeque<Mark> marks = new ArrayDeque<>();
  private long durable;
  private long mirrored;
  private long forgotten;
  private long heardNanos;
  private boolean isHeard;
  private boolean isInStep;

  /** Records through {@code number} were durable at {@code nanos}, those before it earlier. */
  private record Mark(long number, long nanos) {}

  /** How buffer and standby stand to each other. */
  enum Step {
    /** Nobody mirrors. */
    ALONE,
    /** Somebody does, and is not near enough to be waited for. */
    BEHIND,
    /** What is answered is in both. */
    IN_STEP
  }

  SafetyRule(Duration slowAfter, Duration aloneAfter) {
    slowNanos = slowAfter.toNanos();
    aloneNanos = aloneAfter.toNanos();
  }

  /** Everything through {@code number} is durable at the owner. */
  void durable(long number, long nanos) {
    if (number <= durable) {
      return;
    }
    durable = number;
    if (number <= mirrored) {
      forgotten = number;
      return;
    }
    if (marks.size() >= MARKS_MAX) {
      // Counts as older than it is, which is on the safe side.
      marks.addLast(new Mark(number, marks.removeLast().nanos()));
    } else {
      marks.addLast(new Mark(number, nanos));
    }
  }

  /** The standby has everything through {@code number} on its disk, and can take more. */
  void mirrored(long number, long nanos) {
    isHeard = true;
    heardNanos = nanos;
    mirrored = number;
    while (!marks.isEmpty() && marks.getFirst().number() <= number) {
      forgotten = Math.max(forgotten, marks.removeFirst().number());
    }
    isInStep =
        look(nanos) != Step.ALONE && lagNanos(nanos) <= (isInStep ? slowNanos : slowNanos / 2);
  }

  /** There is no standby, or another one that was not heard yet. */
  void parted() {
    isHeard = false;
    isInStep = false;
    mirrored = 0;
  }

  /** The standby says that it cannot take more, or too many wait for it. */
  void fellBehind() {
    isInStep = false;
  }

  Step look(long nanos) {
    if (!isHeard || nanos - heardNanos > aloneNanos) {
      isInStep = false;
      return Step.ALONE;
    }
    if (lagNanos(nanos) > slowNanos) {
      isInStep = false;
    }
    return isInStep ? Step.IN_STEP : Step.BEHIND;
  }

  /**
   * Age of the oldest record that the standby lacks; 0 if it lacks none, the most there is if that
   * is older than what is remembered.
   */
  long lagNanos(long nanos) {
    if (mirrored < forgotten) {
      return Long.MAX_VALUE;
    }
    return marks.isEmpty() ? 0 : Math.max(0, nanos - marks.getFirst().nanos());
  }

  /** Numbers between what is durable here and there; more than there are records. */
  long lagNumbers() {
    return Math.max(0, durable - mirrored);
  }

  /** Records up to this one need not wait any more. */
  long safeThrough(long nanos) {
    return look(nanos) == Step.IN_STEP ? mirrored : Long.MAX_VALUE;
  }

  /** How far the standby is, as it last said. */
  long mirrored() {
    return mirrored;
  }
}
