package dev.weft.cluster.fleet;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How a fleet's rollouts go on, under {@code weft.cluster.fleet}; {@code reference.conf} tells the
 * meaning and defaults.
 *
 * @param tellEvery time from one telling of a node to the next, until nothing is left to tell
 * @param answerTimeout most time a node or a journal may take to answer
 * @param cutOffAfter time without a word of the region after which a node goes on no more
 * @param tellsMax most nodes that are being told at once
 */
public record FleetSettings(
    Duration tellEvery, Duration answerTimeout, Duration cutOffAfter, int tellsMax) {

  private static final String PATH = "weft.cluster.fleet";

  public FleetSettings {
    if (!tellEvery.isPositive() || !answerTimeout.isPositive() || tellsMax < 1) {
      throw new IllegalArgumentException(
          "%s: tell-every %s, answer-timeout %s, tells-max %d (expected: > 0, > 0, >= 1)"
              .formatted(PATH, tellEvery, answerTimeout, tellsMax));
    }
    if (cutOffAfter.compareTo(tellEvery.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException(
          "%s.cut-off-after: %s (expected: at least twice tell-every, which is %s)"
              .formatted(PATH, cutOffAfter, tellEvery));
    }
  }

  /**
   * @throws com.typesafe.config.ConfigException naming the setting that is missing or wrong
   * @throws IllegalArgumentException naming the value that is out of its bounds
   */
  public static FleetSettings from(Config config) {
    var fleet = config.getConfig(PATH);
    return new FleetSettings(
        fleet.getDuration("tell-every"),
        fleet.getDuration("answer-timeout"),
        fleet.getDuration("cut-off-after"),
        fleet.getInt("tells-max"));
  }
}
