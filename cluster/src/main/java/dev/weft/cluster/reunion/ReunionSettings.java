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
    Duration beginAfter,
    Duration firstBeginAfter) {

  private static final String PATH = "weft.cluster.reunion";
  private static final String HELD = "weft.cluster.begin-lease.heartbeat-timeout";

  public ReunionSettings {
    if (!interval.isPositive()
        || patience.compareTo(interval) < 0
        || !firstBeginAfter.isPositive()
        || beginAfter.compareTo(firstBeginAfter) < 0) {
      throw new IllegalArgumentException(
          ("%s: interval %s, patience %s, first-begin-after %s, begin-after %s (expected: > 0,"
                  + " patience at least the interval, begin-after at least first-begin-after)")
              .formatted(PATH, interval, patience, firstBeginAfter, beginAfter));
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
    var interval = reunion.getDuration("interval");
    var beginAfter = reunion.getDuration("begin-after");
    var held = config.getDuration(HELD);
    if (held.compareTo(interval.multipliedBy(2)) < 0 || held.compareTo(beginAfter) >= 0) {
      throw new IllegalArgumentException(
          "%s: %s (expected: at least twice %s.interval, %s, and less than %s.begin-after, %s)"
              .formatted(HELD, held, PATH, interval, PATH, beginAfter));
    }
    return new ReunionSettings(
        interval,
        reunion.getDuration("patience"),
        reunion.getInt("greetings-max"),
        reunion.getInt("around-max"),
        reunion.getInt("strangers-max"),
        beginAfter,
        reunion.getDuration("first-begin-after"));
  }
}
