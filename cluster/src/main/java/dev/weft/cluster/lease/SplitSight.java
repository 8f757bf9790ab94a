package dev.weft.cluster.lease;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a node knows of who reaches whom in its site.
 *
 * @param self its name
 * @param full names of those that are full members, itself perhaps among them, in an order that is
 *     the same on all nodes: those first that are to go on rather
 * @param coming names of those that are not yet, in that order
 * @param cuts who does not reach whom, among those named; the word of who may be gone by now counts
 *     for nothing and is left out
 * @param heard those of whom there was word since they were first missed: they heard the latest
 *     list of members, or told of others anew
 */
record SplitSight(
    String self, List<String> full, List<String> coming, Set<Cut> cuts, Set<String> heard) {

  /** That a node does not reach another one, by its own word. */
  record Cut(String from, String to) {}

  SplitSight {
    full = List.copyOf(full);
    coming = List.copyOf(coming);
    heard = Set.copyOf(heard);
    cuts = counting(self, cuts, heard);
    if (!full.contains(self) && !coming.contains(self)) {
      throw new IllegalArgumentException(
          "self: '%s' (expected: one of %s and %s)".formatted(self, full, coming));
    }
  }

  /**
   * What is told by nodes that nobody misses, or of which there was word since. One that is gone
   * leaves in the list what it told last. First what those tell that the node itself misses is left
   * out, so that nobody loses his voice by the word of who is gone.
   */
  private static Set<Cut> counting(String self, Set<Cut> cuts, Set<String> heard) {
    var near = without(cuts, from -> !heard.contains(from) && cuts.contains(new Cut(self, from)));
    var missed = near.stream().map(Cut::to).collect(Collectors.toSet());
    return without(
        near, from -> !from.equals(self) && !heard.contains(from) && missed.contains(from));
  }

  private static Set<Cut> without(Set<Cut> cuts, Predicate<String> isSilent) {
    return cuts.stream()
        .filter(cut -> !isSilent.test(cut.from()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Whether somebody does not reach {@code node}. */
  boolean isMissed(String node) {
    return cuts.stream().anyMatch(cut -> cut.to().equals(node));
  }

  /**
   * Whether a node that is missed is known to run all the same, as word of it came by way of
   * another site since it is missed.
   */
  boolean runs(String node) {
    return node.equals(self) || !isMissed(node) || heard.contains(node);
  }

  boolean isCut(String one, String other) {
    return cuts.contains(new Cut(one, other)) || cuts.contains(new Cut(other, one));
  }
}
