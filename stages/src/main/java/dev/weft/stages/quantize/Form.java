package dev.weft.stages.quantize;

import dev.weft.stages.graph.NodeSite;
import java.util.Optional;

/** How nodes of one kind are written in smaller numbers. */
interface Form {

  /** Whether a node is of the kind this form is for. */
  boolean concerns(NodeSite site);

  /**
   * Emits what replaces the node.
   *
   * @return why the node has to stay as it is, with nothing emitted; empty if it was replaced
   */
  Optional<String> apply(NodeSite site);
}
