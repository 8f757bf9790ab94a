package dev.weft.sim.invariant;

import java.util.List;

/** What only lost its links to other sites is in the cluster again without a restart. */
public final class RejoinsAlone {

  public static final String NAME = "rejoins-alone";

  private RejoinsAlone() {}

  /**
   * Of a member that ended by itself.
   *
   * @param innerTrouble whether something went wrong inside its site, so that it could be downed
   */
  public static List<Violation> checkEnd(String member, boolean innerTrouble) {
    return innerTrouble
        ? List.of()
        : List.of(
            new Violation(
                NAME,
                "%s ended, though nothing was wrong inside its site (expected: it stays)"
                    .formatted(member)));
  }

  /**
   * Of a member at the end, when nothing has been wrong for long.
   *
   * @param missing who is not up or not reachable, as it sees it
   */
  public static List<Violation> checkView(String member, List<String> missing) {
    return missing.isEmpty()
        ? List.of()
        : List.of(
            new Violation(
                NAME, "%s sees %s (expected: all up and reachable)".formatted(member, missing)));
  }
}
