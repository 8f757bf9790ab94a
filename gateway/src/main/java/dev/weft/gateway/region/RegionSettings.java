package dev.weft.gateway.region;

import com.typesafe.config.Config;

/**
 * The settings under {@code weft.gateway.shared-memory}, read once; {@code reference.conf} tells
 * their meaning and defaults.
 *
 * @param isOn whether clients may register regions
 * @param regionsMax most regions at once, of all clients
 * @param bytesMax most bytes of all regions together
 */
public record RegionSettings(boolean isOn, int regionsMax, long bytesMax) {

  public RegionSettings {
    within("regions", regionsMax, 1 << 16);
    within("bytes", bytesMax, Integer.MAX_VALUE - 8);
  }

  private static void within(String name, long value, long max) {
    if (value < 1 || value > max) {
      throw new IllegalArgumentException(
          "weft.gateway.shared-memory.%s: %d (expected: 1 to %d)".formatted(name, value, max));
    }
  }

  /**
   * @throws com.typesafe.config.ConfigException naming the setting that is missing or wrong
   * @throws IllegalArgumentException if one is out of its range
   */
  public static RegionSettings from(Config config) {
    var shared = config.getConfig("weft.gateway.shared-memory");
    return new RegionSettings(
        shared.getBoolean("enabled"), shared.getInt("regions"), shared.getBytes("bytes"));
  }

  /** The same, but on. */
  public RegionSettings on() {
    return new RegionSettings(true, regionsMax, bytesMax);
  }
}
