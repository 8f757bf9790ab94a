package dev.weft.cluster.reunion;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How a node looks for others of its cluster's name, under {@code weft.cluster.reunion}; {@code
 * reference.conf} tells the meaning and defaults.
 */
public record ReunionSettings(
    Duration interval,
    Duration patience,
    int greetingsMax,
    int aroundMax,
    int strangersMax,
    Duration beginAfter) {

  private static final String PATH = "weft.cluster.reunion";

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
        reunion.getInt("greetings-max"),
        reunion.getInt("around-max"),
        reunion.getInt("strangers-max"),
        reunion.getDuration("begin-after"));
  }
}
