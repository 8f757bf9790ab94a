package dev.weft.gateway.metrics;

import com.typesafe.config.Config;
import dev.weft.gateway.energy.EnergySettings;
import dev.weft.gateway.port.OptionalPort;
import java.util.OptionalInt;

/**
 * The settings under {@code weft.gateway.metrics} and of what is told there, read once.
 *
 * @param port 0 for any that is free; empty if metrics are off
 * @param tenantsMax most tenants with a label of their own
 */
public record MetricsSettings(OptionalInt port, int tenantsMax, EnergySettings energy) {

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
        OptionalPort.of("weft.gateway.metrics.port", metrics.getString("port")),
        metrics.getInt("tenants"),
        EnergySettings.from(config));
  }

  /** The same on another port. */
  public MetricsSettings at(OptionalInt otherPort) {
    return new MetricsSettings(otherPort, tenantsMax, energy);
  }
}
