package dev.weft.cluster.node;

import dev.weft.cluster.artifact.DeclaredVariant;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.fleet.FleetView;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.NodeManifest;
import dev.weft.fabric.manifest.StageManifest;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a region's node knows of the fleet. */
final class FleetSight {

  private FleetSight() {}

  /**
   * What is seen of the fleet.
   *
   * @param facts of nodes that are reached
   * @param members of the cluster, whether they are reached or not
   */
  static FleetView of(List<NodeFacts> facts, List<ClusterStatus.Member> members) {
    var sites = new HashSet<SiteName>();
    facts.forEach(node -> sites.add(node.site()));
    members.forEach(member -> SiteName.find(member.site()).ifPresent(sites::add));
    return new FleetView(facts.stream().map(FleetSight::node).toList(), sites);
  }

  private static FleetView.Node node(NodeFacts facts) {
    return new FleetView.Node(
        facts.id(),
        facts.link(),
        facts.process(),
        facts.role() == NodeManifest.Role.EDGE,
        facts.state().variants().stream()
            .map(variant -> variant.substring(0, variant.lastIndexOf('@')))
            .collect(Collectors.toUnmodifiableSet()));
  }

  /** Variants of a stage that pipelines of this node use; empty if none does. */
  static Optional<List<DeclaredVariant>> variants(Weft weft, String stage) {
    return stages(weft).stream()
        .filter(known -> known.name().equals(stage))
        .map(
            known ->
                known.variants().stream().map(each -> DeclaredVariant.of(known, each)).toList())
        .findFirst();
  }

  /** Of all pipelines of this node; one that several use is there as often. */
  static List<StageManifest> stages(Weft weft) {
    return weft.pipelines().stream()
        .flatMap(pipeline -> pipeline.stages().values().stream())
        .toList();
  }

  /** Nodes of regions that are reached, for people. */
  static String regions(List<NodeFacts> facts) {
    var regions =
        facts.stream()
            .filter(node -> node.role() == NodeManifest.Role.REGION)
            .map(node -> "%s at %s".formatted(node.id(), node.link()))
            .collect(Collectors.joining(", "));
    return regions.isEmpty() ? "none is reached now" : regions;
  }
}
