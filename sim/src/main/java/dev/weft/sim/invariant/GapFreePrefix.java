package dev.weft.sim.invariant;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Numbers follow on each other without a hole, from where they may begin. */
public final class GapFreePrefix {

  public static final String NAME = "gap-free-prefix";

  private GapFreePrefix() {}

  /**
   * @param numbers by stream, in the order they were read
   * @param beginMax by stream the latest number that it may begin with; 1 if not given
   */
  public static List<Violation> check(
      String where, Map<String, List<Long>> numbers, Map<String, Long> beginMax) {
    var found = new ArrayList<Violation>();
    numbers.forEach(
        (stream, read) -> {
          if (read.isEmpty()) {
            return;
          }
          var latest = beginMax.getOrDefault(stream, 1L);
          if (read.getFirst() > latest) {
            found.add(
                new Violation(
                    NAME,
                    "%s %s: begins with %d (expected: <= %d)"
                        .formatted(where, stream, read.getFirst(), latest)));
          }
          for (var i = 1; i < read.size(); i++) {
            if (read.get(i) != read.get(i - 1) + 1) {
              found.add(
                  new Violation(
                      NAME,
                      "%s %s: %d follows %d"
                          .formatted(where, stream, read.get(i), read.get(i - 1))));
            }
          }
        });
    return found;
  }
}
