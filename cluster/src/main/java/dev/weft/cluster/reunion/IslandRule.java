package dev.weft.cluster.reunion;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * Decides when the first node of a site is up though not all members at other sites have heard of
 * it, as Akka has it. That is there so that a site does not begin twice; here a right in the site's
 * journal sees to it, which is asked for after this.
 *
 * <p>The list of members is looked at time and again. At each look some must not have heard of the
 * list as it was then, be they others each time: lists change all the time while sites come and go,
 * and Akka waits until one has been heard of by all. Its own site must have heard: else Akka would
 * not have the node rise, and whoever is said to have heard would not be told. For one actor.
 */
final class IslandRule {

  private final Duration patience;
  private OptionalLong since = OptionalLong.empty();
  private long last;

  /**
   * @param patience the time from the first of such looks to that at which the node rises; looks
   *     that are more than twice as far apart are not of one row
   */
  IslandRule(Duration patience) {
    this.patience = patience;
  }

  /** Takes note that the node is up, or has others of its site to say when it is. */
  void reset() {
    since = OptionalLong.empty();
  }

  /** Whether the node rises now, at {@code nanos} of monotonic time, if it gets the right to. */
  boolean rises(Island island, long nanos) {
    if (!island.speaks()
        || !island.isFirst()
        || island.full().contains(island.self())
        || island.deaf().isEmpty()) {
      reset();
      return false;
    }
    if (nanos - last > patience.multipliedBy(2).toNanos()) {
      reset();
    }
    since = OptionalLong.of(since.orElse(nanos));
    last = nanos;
    return nanos - since.getAsLong() >= patience.toNanos() && island.agreesBut();
  }
}
