package dev.weft.sim.invariant;

import java.util.List;

/**
 * Every frame offered is answered once, or still inside. A frame that was answered early, as at its
 * deadline, stays inside until its run ends, so the two may overlap while frames flow.
 */
public final class Conservation {

  public static final String NAME = "conservation";

  private Conservation() {}

  /** Frames of one pipeline, by what became of them. */
  public record Counts(long offered, long completed, long dropped, long failed, long inside) {}

  public static List<Violation> check(String where, Counts counts) {
    var answered = counts.completed() + counts.dropped() + counts.failed();
    return answered <= counts.offered() && counts.offered() <= answered + counts.inside()
        ? List.of()
        : List.of(
            new Violation(NAME, "%s: %s, %d of them answered".formatted(where, counts, answered)));
  }
}
