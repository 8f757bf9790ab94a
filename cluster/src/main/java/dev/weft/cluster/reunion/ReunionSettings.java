package dev.weft.cluster.reunion;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How a node looks for others of its cluster's name, under {@code weft.cluster.reunion}; {@code
 * reference.conf} tells the meaning and defaults.
 *
 * @param gossipInterval time from one round of a member's gossip to the next, as Akka's {@code
 *     akka.cluster.gossip-interval} says
 */
public record ReunionSettings(
    Duration interval,
    Duration patience,
    Duration gossipInterval,
    int greetingsMax,
    int aroundMax,
    int strangersMax,
    Duration beginAfter) {

  private static final String PATH = "weft.cluster.reunion";

  /** For each time that who knows doubles; below 2 in theory, without a lost message. */
  private static final int ROUNDS_FACTOR = 3;

  public ReunionSettings {
    if (!interval.isPositive() || patience.compareTo(interval) < 0 || !beginAfter.isPositive()) {
      throw new IllegalArgumentException(
          "%s: interval %s, patience %s, begin-after %s (expected: > 0, patience at least the interval)"
              .formatted(PATH, interval, patience, beginAfter));
    }
    if (greetingsMax < 1 || aroundMax < 1 || strangersMax < 1) {
      throw new IllegalArgumentException(
          "%s: greetings-max %d, around-max %d, strangers-max %d (expected: >= 1 each)"
              .formatted(PATH, greetingsMax, aroundMax, strangersMax));
    }
  }

  /**
   * @throws com.typesafe.config.ConfigException naming the setting that is missing or wrong
   * @throws IllegalArgumentException naming the value that is out of its bounds
   */
  public static ReunionSettings from(Config config) {
    var reunion = config.getConfig(PATH);
    return new ReunionSettings(
        reunion.getDuration("interval"),
        reunion.getDuration("patience"),
        config.getDuration("akka.cluster.gossip-interval"),
        reunion.getInt("greetings-max"),
        reunion.getInt("around-max"),
        reunion.getInt("strangers-max"),
        reunion.getDuration("begin-after"));
  }

  /**
   * How long who is told of one member may still lack another in one cluster of so many. A rumour
   * that each passes on to one other in a round is everywhere after log2 n + ln n rounds (Pittel,
   * "On Spreading a Rumor", SIAM J. Appl. Math. 47, 1987), which is less than twice log2 n.
   */
  Duration patienceAmong(int members) {
    var doublings = Integer.SIZE - Integer.numberOfLeadingZeros(members);
    return patience.plus(gossipInterval.multipliedBy((long) ROUNDS_FACTOR * doublings));
  }
}
