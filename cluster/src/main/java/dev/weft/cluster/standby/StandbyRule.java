package dev.weft.cluster.standby;

import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.site.NodeId;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which node mirrors whose buffer: of the nodes of a site that mirror others', and are there, the
 * next by name after the owner, and after the last the first. So each has one to mirror where there
 * are several, and a node more or less changes one or two of them.
 */
final class StandbyRule {

  private StandbyRule() {}

  /**
   * The standby of {@code owner}; empty if there is none.
   *
   * @param there nodes of which something was heard of late
   */
  static Optional<NodeId> of(NodeId owner, Collection<NodeFacts> there) {
    var able = new TreeSet<NodeId>();
    for (var node : there) {
      if (node.site().equals(owner.site())
          && node.state().buffer().isMirroring()
          && !node.id().equals(owner)) {
        able.add(node.id());
      }
    }
    var next = able.higher(owner);
    return next != null || able.isEmpty() ? Optional.ofNullable(next) : Optional.of(able.first());
  }
}
