package dev.weft.cluster.artifact;

import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.NodeManifest;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/** Which nodes are asked for a variant's file, and in which order; pure. */
final class HolderRule {

  /** Most nodes that are asked in one attempt. */
  static final int HOLDERS_MAX = 16;

  private HolderRule() {}

  /**
   * Those of the region that declared it, those of other regions, then whoever runs it, of the own
   * site first.
   *
   * @param seen nodes heard of of late
   * @param here who asks
   */
  static List<NodeFacts> order(
      List<NodeFacts> seen, NodeId here, SiteName region, DeclaredVariant declared) {
    var loaded = declared.stage() + "@" + declared.name();
    return seen.stream()
        .filter(node -> !node.id().equals(here) && !node.link().isEmpty())
        .filter(node -> isOfARegion(node, region) || node.state().variants().contains(loaded))
        .sorted(
            Comparator.comparing((NodeFacts node) -> rank(node, here, region))
                // Else all nodes of a fleet would ask the same one first.
                .thenComparing(node -> turn(here, node.id()))
                .thenComparing(NodeFacts::id))
        .limit(HOLDERS_MAX)
        .toList();
  }

  /** A number that says nothing but which of two comes first, another one for each who asks. */
  private static int turn(NodeId here, NodeId holder) {
    var both = (long) here.hashCode() << Integer.SIZE ^ holder.hashCode();
    return new SplittableRandom(both).nextInt();
  }

  private static boolean isOfARegion(NodeFacts node, SiteName region) {
    return node.site().equals(region) || node.role() == NodeManifest.Role.REGION;
  }

  private static int rank(NodeFacts node, NodeId here, SiteName region) {
    if (node.site().equals(region)) {
      return 0;
    }
    if (node.role() == NodeManifest.Role.REGION) {
      return 1;
    }
    return node.site().equals(here.site()) ? 2 : 3;
  }
}
