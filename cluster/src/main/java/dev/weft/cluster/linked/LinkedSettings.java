package dev.weft.cluster.linked;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.weft.fabric.manifest.NodeManifest.Role;
import dev.weft.link.identity.Address;
import java.time.Duration;
import java.util.List;

/**
 * Which other cluster a node is linked to, or whether it takes nodes that are linked to this one,
 * under {@code weft.cluster.linked}; {@code reference.conf} tells the meaning and defaults.
 *
 * @param to data links of a region's nodes, {@code HOST:PORT} each; empty for none
 * @param isAccepting whether nodes of other clusters may link to this one
 * @param nodesMax most such nodes at once
 * @param nodesOfSiteMax most of them of one site
 * @param answerTimeout most time that a region's node takes to answer
 * @param sessionTimeout most time that a session takes to answer
 */
public record LinkedSettings(
    List<Address> to,
    boolean isAccepting,
    int nodesMax,
    int nodesOfSiteMax,
    Duration answerTimeout,
    Duration sessionTimeout) {

  private static final String CLUSTER = "weft.cluster.";
  private static final String PATH = CLUSTER + "linked.";
  private static final int ANSWER_MILLIS_MIN = 500;

  public LinkedSettings {
    to = List.copyOf(to);
    if (nodesMax < 1 || nodesOfSiteMax < 1) {
      throw new IllegalArgumentException(
          "%snodes-max: %d, nodes-of-site-max: %d (expected: >= 1 each)"
              .formatted(PATH, nodesMax, nodesOfSiteMax));
    }
    if (isAccepting && !to.isEmpty()) {
      throw new IllegalArgumentException(
          ("%saccept: on, and the node is linked to %s itself (expected: off, or no cluster.linked"
                  + " in its manifest)")
              .formatted(PATH, to));
    }
  }

  /**
   * As settings say. A round of questions to all addresses ends within half of {@code
   * fact.stale-after}, if each may have {@value #ANSWER_MILLIS_MIN} ms.
   *
   * @throws ConfigException naming the setting that is missing or wrong
   * @throws IllegalArgumentException naming the value that is out of its bounds, or does not fit
   *     the node's role
   */
  public static LinkedSettings from(Config config) {
    var to = config.getStringList(PATH + "to").stream().map(Address::of).toList();
    var settings =
        new LinkedSettings(
            to,
            config.getBoolean(PATH + "accept"),
            config.getInt(PATH + "nodes-max"),
            config.getInt(PATH + "nodes-of-site-max"),
            answerTimeout(config.getDuration(CLUSTER + "fact.stale-after"), to.size()),
            config.getDuration("weft.fabric.session.answer-timeout"));
    var role = Role.valueOf(config.getString(CLUSTER + "role"));
    if (role == Role.REGION && !settings.to().isEmpty()) {
      throw new IllegalArgumentException(
          "cluster.linked: %s, and role: region (expected: edge, or no cluster.linked)"
              .formatted(settings.to()));
    }
    if (role == Role.EDGE && settings.isAccepting()) {
      throw new IllegalArgumentException(
          "%saccept: on, and role: edge (expected: off, or role: region)".formatted(PATH));
    }
    return settings;
  }

  private static Duration answerTimeout(Duration staleAfter, int addresses) {
    var share = staleAfter.dividedBy(2L * Math.max(1, addresses));
    var least = Duration.ofMillis(ANSWER_MILLIS_MIN);
    return share.compareTo(least) < 0 ? least : share;
  }

  /** Whether nodes of another cluster count here. */
  boolean isOpen() {
    return isAccepting || !to.isEmpty();
  }
}
