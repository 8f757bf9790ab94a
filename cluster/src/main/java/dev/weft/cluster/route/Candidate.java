package dev.weft.cluster.route;

import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.NodeManifest.Role;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A node as a route sees it.
 *
 * @param node its id, distinct over all sites
 * @param zones it lies in; none if that is not known
 * @param forecasts time until it would answer a frame that comes now, waiting included, for each
 *     pipeline it has deployed
 * @param abilities what variants may need of it
 * @param age of what is known of it
 * @param isAccepting whether it takes frames: neither draining nor full
 * @param link to it from the node that decides
 */
public record Candidate(
    String node,
    SiteName site,
    Role role,
    Set<String> zones,
    Map<String, Duration> forecasts,
    Set<String> abilities,
    Duration age,
    boolean isAccepting,
    LinkState link) {

  public Candidate {
    zones = Set.copyOf(zones);
    forecasts = Map.copyOf(forecasts);
    abilities = Set.copyOf(abilities);
  }

  /**
   * Time until it would answer a frame of {@code pipeline}; empty if that is not deployed there.
   */
  public Optional<Duration> forecast(String pipeline) {
    return Optional.ofNullable(forecasts.get(pipeline));
  }

  @Override
  public String toString() {
    return "node %s of %s".formatted(node, site);
  }
}
