package dev.weft.sim.invariant;

import java.time.Duration;
import java.util.List;

/** Nothing hangs: what was asked is answered, and what faults held up goes on after them. */
public final class Liveness {

  public static final String NAME = "liveness";

  private Liveness() {}

  /**
   * @param waited how long {@code what} has waited
   * @param most how long it may
   */
  public static List<Violation> check(String what, Duration waited, Duration most) {
    return waited.compareTo(most) <= 0
        ? List.of()
        : List.of(
            new Violation(
                NAME, "%s: waits for %s (expected: at most %s)".formatted(what, waited, most)));
  }
}
