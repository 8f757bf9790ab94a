package dev.weft.cluster.node;

import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.frame.WayCounters;
import dev.weft.cluster.moving.MoveBook;
import dev.weft.cluster.site.NodeId;
import java.util.List;

/**
 * What one node sees of its cluster.
 *
 * @param seenBy which node
 * @param members of the cluster and of linked sites, whether they are reached or not
 * @param nodes of which something was heard of late
 * @param frames of sessions that came to this node, by their way
 * @param moves of sessions to other sites that this node has carried out
 */
public record ClusterStatus(
    NodeId seenBy,
    List<Member> members,
    List<NodeFacts> nodes,
    WayCounters.Counts frames,
    MoveBook.Moves moves) {

  public ClusterStatus {
    members = List.copyOf(members);
    nodes = List.copyOf(nodes);
  }

  /**
   * A member.
   *
   * @param address of its actor system
   * @param status such as {@code Up}
   * @param isLinked whether it is of another cluster, and reached over the data link only
   */
  public record Member(
      String site, String address, String status, boolean isReached, boolean isLinked) {}
}
