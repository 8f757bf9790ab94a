package dev.weft.cluster.reunion;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a member sees of its cluster.
 *
 * @param members all of them, itself included
 * @param unreached those of them that are not reached, and those of sites that are not
 */
record Sight(Life self, List<Life> members, Set<Life> unreached) {

  Sight {
    members = List.copyOf(members);
    unreached = Set.copyOf(unreached);
  }

  boolean knows(Life life) {
    return members.contains(life);
  }

  /** Those that are reached, itself included. */
  Stream<Life> reached() {
    return members.stream().filter(this::reaches);
  }

  /** Whether its life is one of the {@code count} lowest of those of its site that are reached. */
  boolean isAmongFirstOfSite(int count) {
    return ofSite().filter(this::reaches).sorted(Life.ORDER).limit(count).anyMatch(self::equals);
  }

  private Stream<Life> ofSite() {
    return members.stream().filter(member -> member.site().equals(self.site()));
  }

  private boolean reaches(Life member) {
    return !unreached.contains(member);
  }

  /** Those that are reached, itself included, at most {@code max}, those of its own site first. */
  List<Life> around(int max) {
    return reached()
        .sorted(
            Comparator.comparing((Life life) -> !life.site().equals(self.site()))
                .thenComparing(Life.ORDER))
        .limit(max)
        .toList();
  }

  /** Whether a process that was before {@code life} at the same address counts as a member. */
  boolean hasBefore(Life life) {
    return members.stream().anyMatch(member -> member.isAt(life) && !member.equals(life));
  }

  /** The process it takes an address for; 0 if none. */
  long uidAt(String address) {
    return members.stream()
        .filter(member -> member.address().equals(address))
        .mapToLong(Life::uid)
        .findFirst()
        .orElse(0);
  }
}
