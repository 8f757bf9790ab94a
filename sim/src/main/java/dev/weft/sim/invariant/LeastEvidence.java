package dev.weft.sim.invariant;

import java.util.List;

/** A step passes on no fewer runs than it was to see, and no candidate that is beyond a limit. */
public final class LeastEvidence {

  public static final String NAME = "least-evidence";

  private LeastEvidence() {}

  /**
   * @param runs of the candidate that ended since the step began
   * @param least as many as must have
   */
  public static List<Violation> check(String step, long runs, long least) {
    return runs >= least
        ? List.of()
        : List.of(
            new Violation(
                NAME, "%s: passed after %d runs (expected: >= %d)".formatted(step, runs, least)));
  }

  /**
   * @param isGood whether the candidate that is in place by evidence is within its limits
   */
  public static List<Violation> check(String candidate, boolean isGood) {
    return isGood
        ? List.of()
        : List.of(
            new Violation(
                NAME, "%s: beyond a limit, and promoted (expected: never)".formatted(candidate)));
  }
}
