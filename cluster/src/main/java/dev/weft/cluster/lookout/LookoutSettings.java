package dev.weft.cluster.lookout;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * How a node looks out for neighbours whose process ends, under {@code weft.cluster.lookout};
 * {@code reference.conf} tells the meaning and defaults.
 *
 * @param refusals in a row that mean the end of a process
 */
public record LookoutSettings(
    boolean enabled, Duration interval, Duration knockTimeout, int refusals) {

  private static final String PATH = "weft.cluster.lookout";

  public LookoutSettings {
    if (!interval.isPositive() || !knockTimeout.isPositive() || refusals < 1) {
      throw new IllegalArgumentException(
          "%s: interval %s, knock-timeout %s, refusals %d (expected: > 0, > 0, >= 1)"
              .formatted(PATH, interval, knockTimeout, refusals));
    }
  }

  /**
   * @throws com.typesafe.config.ConfigException naming the setting that is missing or wrong
   * @throws IllegalArgumentException naming the value that is out of its bounds
   */
  public static LookoutSettings from(Config config) {
    var lookout = config.getConfig(PATH);
    return new LookoutSettings(
        lookout.getBoolean("enabled"),
        lookout.getDuration("interval"),
        lookout.getDuration("knock-timeout"),
        lookout.getInt("refusals"));
  }
}
