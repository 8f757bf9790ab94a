package dev.weft.app.brought;

import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Which brought variants of a stage are kept; pure. */
final class BroughtRule {

  /** Those that no rollout needs and that stay all the same, as one may be tried again. */
  static final int SPARE_MAX = 3;

  private BroughtRule() {}

  /**
   * Those that go: all but the needed ones and the latest few of the others.
   *
   * @param all of a stage
   * @param needed names of those that run, or that the latest rollout can bring back
   */
  static List<BroughtVariant> going(List<BroughtVariant> all, Set<String> needed) {
    return all.stream()
        .filter(each -> !needed.contains(each.name()))
        .sorted(
            Comparator.comparing(BroughtVariant::since)
                .reversed()
                .thenComparing(BroughtVariant::name))
        .skip(SPARE_MAX)
        .toList();
  }
}
