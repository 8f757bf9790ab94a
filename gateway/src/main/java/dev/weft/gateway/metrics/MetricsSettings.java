package dev.weft.gateway.metrics;

import com.typesafe.config.Config;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * The settings under {@code weft.gateway.metrics}, read once.
 *
 * @param port 0 for any that is free; empty if metrics are off
 * @param tenantsMax most tenants with a label of their own
 */
public record MetricsSettings(OptionalInt port, int tenantsMax) {

  private static final int PORT_MAX = 65_535;
  private static final int TENANTS_LIMIT = 1_000;

  public MetricsSettings {
    if (tenantsMax < 0 || tenantsMax > TENANTS_LIMIT) {
      throw new IllegalArgumentException(
          "weft.gateway.metrics.tenants: %d (expected: 0 to %d)"
              .formatted(tenantsMax, TENANTS_LIMIT));
    }
  }

  /**
   * @throws com.typesafe.config.ConfigException naming the setting that is missing or wrong
   * @throws IllegalArgumentException if one is out of its range
   */
  public static MetricsSettings from(Config config) {
    var metrics = config.getConfig("weft.gateway.metrics");
    return new MetricsSettings(
        port("weft.gateway.metrics.port", metrics.getString("port")), metrics.getInt("tenants"));
  }

  /** The same on another port. */
  public MetricsSettings at(OptionalInt otherPort) {
    return new MetricsSettings(otherPort, tenantsMax);
  }

  /**
   * Reads a port, which {@code off} or -1 turns off.
   *
   * @param setting its name, for messages
   * @throws IllegalArgumentException if it is none
   */
  public static OptionalInt port(String setting, String value) {
    var text = value.strip().toLowerCase(Locale.ROOT);
    if (text.equals("off") || text.equals("false") || text.equals("-1")) {
      return OptionalInt.empty();
    }
    if (!text.matches("[0-9]{1,5}") || Integer.parseInt(text) > PORT_MAX) {
      throw new IllegalArgumentException(
          "%s: %s (expected: 0 to %d, or off)".formatted(setting, value, PORT_MAX));
    }
    return OptionalInt.of(Integer.parseInt(text));
  }
}
