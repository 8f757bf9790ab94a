package dev.weft.bench.load;

/**
 * One request as it is offered.
 *
 * @param scheduledNanos when it was to come, on the clock of {@link System#nanoTime}; it may be
 *     submitted a little later
 */
public record Call(Terms terms, long scheduledNanos) {

  public long deadlineNanos() {
    return scheduledNanos + terms.deadline().toNanos();
  }

  /** From when on its answer is worth nothing to anybody. */
  public long deadNanos() {
    return scheduledNanos + terms.life().toNanos();
  }
}
