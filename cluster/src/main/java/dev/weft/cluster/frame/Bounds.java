package dev.weft.cluster.frame;

import dev.weft.cluster.route.Label;
import dev.weft.cluster.route.Labels;
import java.util.Optional;

/**
 * Where one frame may be, seen from the node it came to.
 *
 * @param offHere the label that keeps it off this node; empty if it may be here
 */
record Bounds(Labels labels, Optional<Label> offHere) {

  boolean admitHere() {
    return offHere.isEmpty();
  }
}
