package dev.weft.sim.invariant;

import java.util.Collection;
import java.util.List;

/**
 * Where nodes of a site do not reach each other, the most of them go on: only of the lesser part
 * processes end.
 */
public final class MajorityStays {

  public static final String NAME = "majority-stays";

  private MajorityStays() {}

  /**
   * @param ended machines of the site whose processes ended by themselves over one thing that went
   *     wrong
   * @param machines how many the site has
   */
  public static List<Violation> check(String site, Collection<String> ended, int machines) {
    return ended.size() * 2 <= machines
        ? List.of()
        : List.of(
            new Violation(
                NAME,
                "%s: %s ended of %d (expected: at most half)".formatted(site, ended, machines)));
  }
}
