package dev.weft.sim.invariant;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What was asked once has its effect once, however often it was asked again. */
public final class NoDoubleEffect {

  public static final String NAME = "no-double-effect";

  private NoDoubleEffect() {}

  /**
   * @param effects how often each took place
   */
  public static List<Violation> check(String where, Map<String, Integer> effects) {
    var found = new ArrayList<Violation>();
    effects.forEach(
        (effect, times) -> {
          if (times > 1) {
            found.add(
                new Violation(NAME, "%s: %s took place %d times".formatted(where, effect, times)));
          }
        });
    return found;
  }
}
