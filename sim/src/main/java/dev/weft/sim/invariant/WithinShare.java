package dev.weft.sim.invariant;

import java.util.List;
import java.util.Set;

/** Callers meet a candidate only while, and as far as, it was granted to them. */
public final class WithinShare {

  public static final String NAME = "within-share";

  /** Largest probability that sessions alone, each in or out by chance, look like too many. */
  private static final double BY_CHANCE = 1e-9;

  private WithinShare() {}

  /**
   * @param by the variant that answered
   * @param granted those that might answer when the frame came
   */
  public static List<Violation> check(String frame, String by, Set<String> granted) {
    return granted.contains(by)
        ? List.of()
        : List.of(
            new Violation(
                NAME, "%s: answered by '%s' (expected: one of %s)".formatted(frame, by, granted)));
  }

  /**
   * @param share of sessions that a candidate may answer, 0 to 1
   * @param in sessions that it answered
   * @param all sessions there are
   */
  public static List<Violation> check(String rollout, double share, int in, int all) {
    // Hoeffding's bound on a sum of as many independent draws.
    var most = share * all + Math.sqrt(all * -Math.log(BY_CHANCE) / 2);
    return in <= most
        ? List.of()
        : List.of(
            new Violation(
                NAME,
                "%s: answered %d of %d sessions at %.0f %% (expected: at most %.0f)"
                    .formatted(rollout, in, all, share * 100, most)));
  }
}
