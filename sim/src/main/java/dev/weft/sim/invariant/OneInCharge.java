package dev.weft.sim.invariant;

import java.util.List;

/** Of two controllers only the later changes anything. */
public final class OneInCharge {

  public static final String NAME = "one-in-charge";

  private OneInCharge() {}

  /**
   * @param event that is durable
   * @param by epoch of the controller that brought it about
   * @param inCharge epoch that is in charge after it
   * @param highest that was in charge before
   */
  public static List<Violation> check(String event, long by, long inCharge, long highest) {
    return by == inCharge && inCharge >= highest
        ? List.of()
        : List.of(
            new Violation(
                NAME,
                "%s: by epoch %d, in charge are %d, and %d before (expected: the highest)"
                    .formatted(event, by, inCharge, highest)));
  }
}
