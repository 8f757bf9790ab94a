package dev.weft.cluster.route;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigUtil;
import dev.weft.fabric.manifest.Residency;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How routes are decided: {@code weft.cluster.route}.
 *
 * @param enterShare share of the time a frame has, which an answer here may take at most, or frames
 *     begin to go elsewhere; more than 0 and at most 1
 * @param leaveShare the same while they go elsewhere: below it they are answered here again
 * @param dwell shortest time that they go elsewhere
 * @param awayShare share of the time a frame has, which an answer elsewhere may take at most
 * @param factsAgeMax age beyond which what is known of a node counts for nothing
 * @param tenants where frames of a tenant may be, of those that are kept anywhere
 */
public record RouteSettings(
    double enterShare,
    double leaveShare,
    Duration dwell,
    double awayShare,
    Duration factsAgeMax,
    Map<String, Residency> tenants) {

  private static final String PATH = "weft.cluster.route";

  public RouteSettings {
    requireShare("enter-share", enterShare, 1);
    requireShare("leave-share", leaveShare, enterShare);
    requireShare("away-share", awayShare, 1);
    if (dwell.isNegative()) {
      throw new IllegalArgumentException("dwell: %s (expected: >= 0)".formatted(dwell));
    }
    if (!factsAgeMax.isPositive()) {
      throw new IllegalArgumentException(
          "facts-age-max: %s (expected: > 0)".formatted(factsAgeMax));
    }
    tenants = Map.copyOf(tenants);
  }

  /**
   * Reads {@code weft.cluster.route}.
   *
   * @throws ConfigException naming the key, its value and what was expected
   */
  public static RouteSettings from(Config config) {
    var own = config.getConfig(PATH);
    try {
      return new RouteSettings(
          own.getDouble("enter-share"),
          own.getDouble("leave-share"),
          own.getDuration("dwell"),
          own.getDouble("away-share"),
          own.getDuration("facts-age-max"),
          tenants(own.getConfig("tenants")));
    } catch (IllegalArgumentException e) {
      throw new ConfigException.BadValue(PATH, String.valueOf(e.getMessage()), e);
    }
  }

  private static Map<String, Residency> tenants(Config own) {
    var tenants = new HashMap<String, Residency>();
    for (var entry : own.entrySet()) {
      var tenant = String.join(".", ConfigUtil.splitPath(entry.getKey()));
      try {
        tenants.put(tenant, Residency.parse(own.getString(entry.getKey())));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("tenants.%s: %s".formatted(tenant, e.getMessage()), e);
      }
    }
    return tenants;
  }

  /** What is said of a tenant's frames. */
  public Label label(String tenant) {
    return new Label(
        Label.Party.TENANT,
        tenant,
        Optional.ofNullable(tenants.get(tenant)).orElse(Residency.anywhere()));
  }

  private static void requireShare(String name, double share, double most) {
    if (!(share > 0 && share <= most)) {
      throw new IllegalArgumentException(
          "%s: %s (expected: more than 0 and at most %s)".formatted(name, share, most));
    }
  }
}
