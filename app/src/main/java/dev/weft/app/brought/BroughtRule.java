package dev.weft.app.brought;

import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.negotiation.Negotiation;
import dev.weft.fabric.negotiation.NodeAbilities;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Which brought variants of a stage are kept, and which it has; pure. */
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

  /**
   * A stage with the brought variants that it does not declare itself and can have, behind its own.
   * One of which the node can run none that it declares gets none: a node runs the first variant
   * that it can, and only a rollout is to have it run one that was brought.
   *
   * @param all of the stage
   */
  static StageManifest over(
      StageManifest stage, Collection<BroughtVariant> all, NodeAbilities node) {
    if (Negotiation.of(stage, node).taken().isEmpty()) {
      return stage;
    }
    var more = stage;
    for (var each : all) {
      if (stage.variant(each.name()).isEmpty() && each.declared().unfit(stage).isEmpty()) {
        more = more.with(each.variant());
      }
    }
    return more;
  }
}
