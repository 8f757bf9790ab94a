package dev.weft.gateway.observatory;

import com.typesafe.config.Config;

/**
 * The settings under {@code weft.gateway.observatory}, read once.
 *
 * @param subscribersMax most who look at once
 * @param framesMax frames remembered of all, and again of those not served in full
 * @param eventsMax events remembered
 */
public record ObservatorySettings(int subscribersMax, int framesMax, int eventsMax) {

  private static final int SUBSCRIBERS_LIMIT = 1_000;
  private static final int FRAMES_LIMIT = 1_000_000;
  private static final int EVENTS_LIMIT = 10_000;

  public ObservatorySettings {
    require("subscribers", subscribersMax, SUBSCRIBERS_LIMIT);
    require("frames", framesMax, FRAMES_LIMIT);
    require("events", eventsMax, EVENTS_LIMIT);
  }

  private static void require(String name, int value, int limit) {
    if (value < 1 || value > limit) {
      throw new IllegalArgumentException(
          "weft.gateway.observatory.%s: %d (expected: 1 to %d)".formatted(name, value, limit));
    }
  }

  /**
   * @throws com.typesafe.config.ConfigException naming the setting that is missing or wrong
   * @throws IllegalArgumentException if one is out of its range
   */
  public static ObservatorySettings from(Config config) {
    var observatory = config.getConfig("weft.gateway.observatory");
    return new ObservatorySettings(
        observatory.getInt("subscribers"),
        observatory.getInt("frames"),
        observatory.getInt("events"));
  }
}
