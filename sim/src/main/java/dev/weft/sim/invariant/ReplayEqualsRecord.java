package dev.weft.sim.invariant;

import dev.weft.fabric.replay.ReplayReport;
import java.util.List;

/** Recorded frames come out the same when they are run again. */
public final class ReplayEqualsRecord {

  public static final String NAME = "replay-equals-record";

  private ReplayEqualsRecord() {}

  public static List<Violation> check(String where, ReplayReport report) {
    return report.isExact()
        ? List.of()
        : List.of(
            new Violation(
                NAME,
                "%s: %d frames, first %s, changed %s, outputs %s"
                    .formatted(
                        where,
                        report.frames(),
                        report.first(),
                        report.changed(),
                        report.outputs())));
  }
}
