package dev.weft.cluster.site;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;

/**
 * What a node is in its cluster and how it tells others, under {@code weft.cluster}; {@code
 * reference.conf} tells the meaning and defaults.
 *
 * @param sessionShards shards over which a site's sessions are spread
 * @param lookAgainAfter time after which a session of another site is looked for here once more
 */
public record SiteSettings(
    NodeId id,
    int sessionShards,
    Duration lookAgainAfter,
    Duration factInterval,
    Duration factStaleAfter,
    int factNodesMax) {

  private static final String PATH = "weft.cluster";

  public SiteSettings {
    if (sessionShards < 1 || factNodesMax < 1) {
      throw new IllegalArgumentException(
          "%s: session-shards %d, fact.nodes-max %d (expected: >= 1 each)"
              .formatted(PATH, sessionShards, factNodesMax));
    }
    if (factStaleAfter.compareTo(factInterval.multipliedBy(2)) < 0 || !factInterval.isPositive()) {
      throw new IllegalArgumentException(
          "%s.fact: stale-after %s, interval %s (expected: at least twice the interval)"
              .formatted(PATH, factStaleAfter, factInterval));
    }
  }

  /**
   * @throws ConfigException naming the setting that is missing or wrong
   * @throws IllegalArgumentException naming the value that is out of its bounds
   */
  public static SiteSettings from(Config config) {
    var cluster = config.getConfig(PATH);
    return new SiteSettings(
        new NodeId(new SiteName(cluster.getString("site")), cluster.getString("node")),
        cluster.getInt("session-shards"),
        cluster.getDuration("look-again-after"),
        cluster.getDuration("fact.interval"),
        cluster.getDuration("fact.stale-after"),
        cluster.getInt("fact.nodes-max"));
  }

  /** What to lay over the configuration of an actor system that is to be in the cluster. */
  public static Config overlay(Config config) {
    return config.getConfig(PATH + ".akka-settings");
  }
}
