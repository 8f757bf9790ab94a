package dev.weft.sim.invariant;

import java.util.List;

/** Nothing holds more than it may. */
public final class BoundsHeld {

  public static final String NAME = "bounds-held";

  private BoundsHeld() {}

  public static List<Violation> check(String what, long value, long most) {
    return value <= most
        ? List.of()
        : List.of(new Violation(NAME, "%s: %d (expected: <= %d)".formatted(what, value, most)));
  }
}
