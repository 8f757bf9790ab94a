package dev.weft.sim.invariant;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A frame that cannot make its deadline is told so at the door, and when to try again. */
public final class RefusedAtOnce {

  public static final String NAME = "refused-at-once";

  private RefusedAtOnce() {}

  /**
   * @param waited for the refusal
   * @param retryAfter as it was told
   */
  public static List<Violation> check(
      String frame, Duration waited, Optional<Duration> retryAfter) {
    return waited.isZero() && retryAfter.map(Duration::isPositive).orElse(false)
        ? List.of()
        : List.of(
            new Violation(
                NAME,
                "%s: refused after %s, to try again after %s (expected: at once, > 0)"
                    .formatted(frame, waited, retryAfter)));
  }
}
