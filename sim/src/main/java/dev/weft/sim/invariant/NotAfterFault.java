package dev.weft.sim.invariant;

import java.util.List;

/** Once a process has seen a candidate fail beyond excuse, it answers no caller with it. */
public final class NotAfterFault {

  public static final String NAME = "not-after-fault";

  private NotAfterFault() {}

  /**
   * @param submittedAt when the frame came that the candidate answered, in nanoseconds
   * @param seenAt when the fault was
   */
  public static List<Violation> check(String frame, long submittedAt, long seenAt) {
    return submittedAt <= seenAt
        ? List.of()
        : List.of(
            new Violation(
                NAME,
                "%s: came at %d ns and met a candidate that failed at %d (expected: the old one)"
                    .formatted(frame, submittedAt, seenAt)));
  }
}
