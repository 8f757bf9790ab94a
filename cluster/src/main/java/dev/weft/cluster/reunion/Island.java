package dev.weft.cluster.reunion;

import java.util.List;
import java.util.Set;

/**
 * What a node that is not up yet knows of its own list of members.
 *
 * @param members all of them that are not about to go, itself included
 * @param full those of them that are up, or were and are leaving
 * @param heard those that heard of the list as it is
 * @param missed those that others of their site do not reach
 * @param speaks whether it would be the one to say who of its site is up
 */
record Island(
    Life self,
    List<Life> members,
    Set<Life> full,
    Set<Life> heard,
    Set<Life> missed,
    boolean speaks) {

  Island {
    members = List.copyOf(members);
    full = Set.copyOf(full);
    heard = Set.copyOf(heard);
    missed = Set.copyOf(missed);
  }

  /** Whether nobody of its site is up that could say so of others. */
  boolean isFirst() {
    return full.stream().noneMatch(member -> member.site().equals(self.site()));
  }

  /** Those of other sites that have not heard of the list as it is. */
  List<Life> deaf() {
    return members.stream()
        .filter(member -> !member.site().equals(self.site()) && !heard.contains(member))
        .toList();
  }

  /**
   * Whether Akka would take it that all agree if only the {@link #deaf} had heard: its own site
   * has, and reaches each other.
   */
  boolean agreesBut() {
    return members.stream()
        .filter(member -> member.site().equals(self.site()) && !member.equals(self))
        .allMatch(member -> heard.contains(member) && !missed.contains(member));
  }
}
