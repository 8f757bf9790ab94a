package dev.weft.cluster.reunion;

import java.util.List;
import java.util.Set;

/**
 * What a member of a cluster says to a node that may not be in it.
 *
 * @param from who says it
 * @param roles that it has in its cluster, its data center's among them
 * @param version of its application, as clusters tell it
 * @param expected uid of the process that it takes the receiver for; 0 if it knows of none there
 * @param isAnswer whether it was greeted before, and is not to be answered
 * @param around those of its cluster that it reaches, itself included, its own site's first;
 *     perhaps not all
 */
record Greeting(
    Life from,
    Set<String> roles,
    String version,
    long expected,
    boolean isAnswer,
    List<Life> around) {

  Greeting {
    roles = Set.copyOf(roles);
    around = List.copyOf(around);
    if (!around.contains(from)) {
      throw new IllegalArgumentException(
          "around: %s (expected: among others %s, who says it)".formatted(around, from));
    }
  }
}
