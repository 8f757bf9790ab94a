package dev.weft.sim.invariant;

import java.util.List;

/** Every frame offered is answered once, or still inside. */
public final class Conservation {

  public static final String NAME = "conservation";

  private Conservation() {}

  /** Frames of one pipeline, by what became of them. */
  public record Counts(long offered, long completed, long dropped, long failed, long inside) {}

  public static List<Violation> check(String where, Counts counts) {
    var accounted = counts.completed() + counts.dropped() + counts.failed() + counts.inside();
    return counts.offered() == accounted
        ? List.of()
        : List.of(
            new Violation(
                NAME, "%s: %s accounts for %d".formatted(where, counts, accounted)));
  }
}
