package dev.weft.sim.invariant;

import java.util.List;

/** A session that is in a candidate's share stays in it while the share grows. */
public final class StickySessions {

  public static final String NAME = "sticky-sessions";

  private StickySessions() {}

  /**
   * @param in the smallest share at which the candidate answered the session
   * @param out the largest one, above 0, at which it did not
   */
  public static List<Violation> check(String session, int in, int out) {
    return out < in
        ? List.of()
        : List.of(
            new Violation(
                NAME,
                "%s: in at %d of 10000, out at %d (expected: in at all larger shares)"
                    .formatted(session, in, out)));
  }
}
