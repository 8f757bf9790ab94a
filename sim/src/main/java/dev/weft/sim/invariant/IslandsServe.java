package dev.weft.sim.invariant;

import java.time.Duration;
import java.util.List;

/**
 * A site most of whose machines run serves its own, whatever becomes of its links to the others.
 */
public final class IslandsServe {

  public static final String NAME = "islands-serve";

  private IslandsServe() {}

  /**
   * @param asked by a client at the site, of a session at home there
   * @param waited how long it has waited while most of the site ran together
   * @param most how long it may
   */
  public static List<Violation> check(String site, String asked, Duration waited, Duration most) {
    return waited.compareTo(most) <= 0
        ? List.of()
        : List.of(
            new Violation(
                NAME,
                "%s: %s waits for %s (expected: at most %s)".formatted(site, asked, waited, most)));
  }
}
