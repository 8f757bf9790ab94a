package dev.weft.gateway.energy;

import com.typesafe.config.Config;
import java.time.Duration;

/**
 * The settings under {@code weft.gateway.energy}, read once.
 *
 * @param wattsPerCore of one core that is busy, as the system counts cores; for machines that do
 *     not tell what they use
 * @param every time between two looks at what was used
 */
public record EnergySettings(double wattsPerCore, Duration every) {

  private static final double WATTS_LIMIT = 1_000;
  private static final Duration EVERY_LEAST = Duration.ofMillis(100);

  /** A counter of 32 bits in units of 15 uJ, at a kilowatt, is through after 65 s. */
  private static final Duration EVERY_MOST = Duration.ofSeconds(30);

  public EnergySettings {
    if (!(wattsPerCore > 0 && wattsPerCore <= WATTS_LIMIT)) {
      throw new IllegalArgumentException(
          "weft.gateway.energy.watts-per-core: %s (expected: > 0 and <= %s)"
              .formatted(wattsPerCore, WATTS_LIMIT));
    }
    if (every.compareTo(EVERY_LEAST) < 0 || every.compareTo(EVERY_MOST) > 0) {
      throw new IllegalArgumentException(
          "weft.gateway.energy.every: %s (expected: %s to %s)"
              .formatted(every, EVERY_LEAST, EVERY_MOST));
    }
  }

  /**
   * @throws com.typesafe.config.ConfigException naming the setting that is missing or wrong
   * @throws IllegalArgumentException if one is out of its range
   */
  public static EnergySettings from(Config config) {
    var energy = config.getConfig("weft.gateway.energy");
    return new EnergySettings(energy.getDouble("watts-per-core"), energy.getDuration("every"));
  }
}
