package dev.weft.sim.invariant;

import java.util.List;
import java.util.Optional;

/** When a rollout is over, every step of every node runs what it came to, and nothing beside it. */
public final class OldOrNew {

  public static final String NAME = "old-or-new";

  private OldOrNew() {}

  /**
   * @param place a step of a node
   * @param runs the variant that answers there
   * @param beside what is on trial there
   * @param expected what the rollouts so far came to
   */
  public static List<Violation> check(
      String place, String runs, Optional<String> beside, String expected) {
    return runs.equals(expected) && beside.isEmpty()
        ? List.of()
        : List.of(
            new Violation(
                NAME,
                "%s: runs '%s', beside it %s (expected: '%s' alone)"
                    .formatted(
                        place, runs, beside.map("'%s'"::formatted).orElse("nothing"), expected)));
  }
}
