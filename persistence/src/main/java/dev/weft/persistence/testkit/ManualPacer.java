package dev.weft.persistence.testkit;

import dev.weft.persistence.segment.Pacer;
import java.time.Duration;
import java.util.function.LongUnaryOperator;

/** Steps a store when told, in virtual time, on the caller's thread. For one thread. */
public final class ManualPacer implements Pacer {

  private static final int STEPS_MAX = 1_000_000;

  private LongUnaryOperator step = _ -> Long.MAX_VALUE;
  private long nanos;

  @Override
  public void start(LongUnaryOperator starting) {
    step = starting;
  }

  @Override
  public void wake() {}

  @Override
  public void stop() {
    step = _ -> Long.MAX_VALUE;
  }

  /** Lets {@code time} pass: steps now, and whenever the store asked to be stepped again. */
  public void pass(Duration time) {
    var end = nanos + time.toNanos();
    for (var steps = 0; steps < STEPS_MAX; steps++) {
      var wait = step.applyAsLong(nanos);
      if (wait > end - nanos) {
        nanos = end;
        return;
      }
      nanos += wait;
    }
    throw new IllegalStateException(
        "steps: more than %d (expected: a store that rests)".formatted(STEPS_MAX));
  }
}
