package dev.weft.cluster.fleet;

import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a region sees of the fleet.
 *
 * @param nodes heard of of late
 * @param sites known, whether they are reached or not
 */
public record FleetView(List<Node> nodes, Set<SiteName> sites) {

  /**
   * A node that is reached.
   *
   * @param link where it takes instructions, {@code host:port}
   * @param process number of its process among those that had the site's journal
   * @param isEdge whether its role is that of an edge
   * @param stages that its pipelines use
   */
  public record Node(NodeId id, String link, long process, boolean isEdge, Set<String> stages) {

    public Node {
      stages = Set.copyOf(stages);
    }
  }

  public FleetView {
    nodes = List.copyOf(nodes);
    sites = Set.copyOf(sites);
  }

  Optional<Node> find(NodeId id) {
    return nodes.stream().filter(node -> node.id().equals(id)).findFirst();
  }
}
