package dev.weft.sim.invariant;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Damage is told of every file that has some, and of no other. */
public final class DamageTold {

  public static final String NAME = "damage-told";

  private DamageTold() {}

  /**
   * @param damaged files of which a bit was turned
   * @param told files of which damage was told
   */
  public static List<Violation> check(String where, Set<String> damaged, Set<String> told) {
    var found = new ArrayList<Violation>();
    for (var file : damaged) {
      if (!told.contains(file)) {
        found.add(new Violation(NAME, "%s: damage of %s is not told".formatted(where, file)));
      }
    }
    for (var file : told) {
      if (!damaged.contains(file)) {
        found.add(
            new Violation(NAME, "%s: %s is whole and told as damaged".formatted(where, file)));
      }
    }
    return found;
  }
}
