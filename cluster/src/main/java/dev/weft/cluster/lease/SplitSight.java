package dev.weft.cluster.lease;

import java.util.List;
import java.util.Set;

/**
 * What a node knows of who reaches whom in its site.
 *
 * @param self its name
 * @param full names of those that are full members, itself perhaps among them, in an order that is
 *     the same on all nodes: those first that are to go on rather
 * @param coming names of those that are not yet, in that order
 * @param cuts who does not reach whom, among those named
 * @param heard those of whom it is known that they heard the latest list of members
 */
record SplitSight(
    String self, List<String> full, List<String> coming, Set<Cut> cuts, Set<String> heard) {

  /** That a node does not reach another one, by its own word. */
  record Cut(String from, String to) {}

  SplitSight {
    full = List.copyOf(full);
    coming = List.copyOf(coming);
    cuts = Set.copyOf(cuts);
    heard = Set.copyOf(heard);
    if (!full.contains(self) && !coming.contains(self)) {
      throw new IllegalArgumentException(
          "self: '%s' (expected: one of %s and %s)".formatted(self, full, coming));
    }
  }

  /** Whether somebody does not reach {@code node}. */
  boolean isMissed(String node) {
    return cuts.stream().anyMatch(cut -> cut.to().equals(node));
  }

  /**
   * Whether a node that is missed is known to run all the same, as word of it comes by way of
   * another site: it tells whom it does not reach itself, or has heard what was told lately.
   */
  boolean runs(String node) {
    return node.equals(self)
        || !isMissed(node)
        || heard.contains(node)
        || cuts.stream().anyMatch(cut -> cut.from().equals(node));
  }

  boolean isCut(String one, String other) {
    return cuts.contains(new Cut(one, other)) || cuts.contains(new Cut(other, one));
  }
}
