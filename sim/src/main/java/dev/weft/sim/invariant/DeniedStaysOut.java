package dev.weft.sim.invariant;

import java.util.List;

/** What ended as many processes as may be, while they loaded it, is not loaded once more. */
public final class DeniedStaysOut {

  public static final String NAME = "denied-stays-out";

  private DeniedStaysOut() {}

  /**
   * @param ended processes that ended while they loaded {@code variant}
   * @param most as many as may
   */
  public static List<Violation> check(String variant, int ended, int most) {
    return ended <= most
        ? List.of()
        : List.of(
            new Violation(
                NAME,
                "%s: %d processes ended as they loaded it (expected: at most %d)"
                    .formatted(variant, ended, most)));
  }
}
