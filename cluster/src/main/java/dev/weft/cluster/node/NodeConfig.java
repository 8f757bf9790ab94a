package dev.weft.cluster.node;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.cluster.artery.ArterySecurity;
import dev.weft.cluster.session.SitePlacement;
import dev.weft.cluster.site.SiteName;
import dev.weft.cluster.site.SiteSettings;
import dev.weft.fabric.manifest.Membership;
import dev.weft.fabric.manifest.NodeManifest;
import dev.weft.link.certificate.NodeName;
import dev.weft.link.identity.Address;
import dev.weft.link.identity.Security;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The settings of a node in a cluster, as they follow from its manifest. */
public final class NodeConfig {

  private static final String ARTERY = "akka.remote.artery.";
  private static final String ACTORS_BIND = "weft.cluster.bind.actors";
  private static final String LINK_BIND = "weft.cluster.bind.link";
  private static final String PAYLOAD_MAX = "weft.link.exchange.payload-bytes-max";
  private static final long HEADS_BYTES = 1 << 16;
  private static final String TLS = "weft.link.tls.";

  private NodeConfig() {}

  /**
   * What to start the node with.
   *
   * @param config for everything the manifest does not say
   * @throws IllegalArgumentException if the manifest names no site or cluster, calls the node what
   *     no certificate can say, is linked as no node can be, or names addresses that others reach
   *     without certificates
   */
  public static Config of(NodeManifest node, Config config) {
    var cluster =
        node.cluster()
            .orElseThrow(() -> new IllegalArgumentException(missing(node, "cluster", "a cluster")));
    var site =
        new SiteName(
            node.site()
                .orElseThrow(() -> new IllegalArgumentException(missing(node, "site", "a site"))));
    requireName(node, site);
    var actors = Address.of(cluster.actors());
    var settings = new HashMap<String, Object>();
    settings.put("weft.cluster.site", site.text());
    settings.put("weft.cluster.node", node.name());
    settings.put("weft.cluster.zones", node.zones());
    settings.put("weft.cluster.role", node.role().name());
    settings.put("weft.cluster.link", cluster.link());
    settings.put(LINK_BIND, bound(config, LINK_BIND, cluster.link()));
    settings.put("weft.cluster.seeds", cluster.seeds());
    cluster.discovery().ifPresent(service -> settings.put("weft.cluster.discovery", service));
    requireLinkable(node, cluster);
    settings.put("weft.cluster.linked.to", cluster.linked());
    settings.put("weft.fabric.node-class", node.nodeClass().name());
    settings.put("weft.fabric.drain-timeout", config.getString("weft.cluster.drain-timeout"));
    settings.put("weft.fabric.session.enabled", "on");
    settings.put("weft.supervisor.rollout.keeper", site + "/" + node.name());
    settings.put("weft.fabric.session.placement", SitePlacement.class.getName());
    settings.put("akka.cluster.multi-data-center.self-data-center", site.text());
    settings.put("akka.cluster.roles", List.of(node.role().name().toLowerCase(Locale.ROOT)));
    settings.put(ARTERY + "canonical.hostname", actors.host());
    settings.put(ARTERY + "canonical.port", actors.port());
    var listens = Address.of(bound(config, ACTORS_BIND, cluster.actors()));
    settings.put(ARTERY + "bind.hostname", listens.host());
    settings.put(ARTERY + "bind.port", listens.port());
    node.cores().ifPresent(cores -> settings.put("weft.fabric.loops", cores));
    node.memoryBytes().ifPresent(bytes -> settings.put("weft.fabric.tensor-memory", bytes));
    settings.put(PAYLOAD_MAX, payloadBytesMax(config));
    protect(node, cluster, config, settings);
    return ConfigFactory.parseMap(settings, node.origin().toString())
        .withFallback(SiteSettings.overlay(config))
        .withFallback(config)
        .resolve();
  }

  /** What goes to a standby at once is an answer: a group that the largest record makes full. */
  private static long payloadBytesMax(Config config) {
    return Math.max(
        config.getBytes(PAYLOAD_MAX),
        config.getBytes("weft.persistence.trace.entry-bytes-max")
            + config.getBytes("weft.cluster.standby.group-bytes-max")
            + HEADS_BYTES);
  }

  /** Certificates name nodes, so that names are bound as theirs are. */
  private static void requireName(NodeManifest node, SiteName site) {
    try {
      var _ = new NodeName(node.name(), site.text());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("%s: %s".formatted(node.origin(), e.getMessage()), e);
    }
  }

  /** Only edges are linked, and to others. */
  private static void requireLinkable(NodeManifest node, Membership cluster) {
    if (!cluster.linked().isEmpty() && node.role() != NodeManifest.Role.EDGE) {
      throw new IllegalArgumentException(
          "%s: cluster.linked: %s, and role: %s (expected: edge, or no cluster.linked)"
              .formatted(
                  node.origin(),
                  String.join(", ", cluster.linked()),
                  node.role().name().toLowerCase(Locale.ROOT)));
    }
    if (cluster.linked().contains(cluster.link())) {
      throw new IllegalArgumentException(
          "%s: cluster.linked: %s, its own cluster.link (expected: data links of a region's nodes)"
              .formatted(node.origin(), cluster.link()));
    }
  }

  private static String missing(NodeManifest node, String field, String expected) {
    return "%s: %s: nothing (expected: %s, to be a node of one)"
        .formatted(node.origin(), field, expected);
  }

  /** Where it listens; where it is reached, if nothing is said. */
  private static String bound(Config config, String setting, String reached) {
    var bound = config.getString(setting);
    return bound.isEmpty() ? reached : bound;
  }

  /** One set of files for what actors say and for frames. */
  private static void protect(
      NodeManifest node, Membership cluster, Config config, Map<String, Object> settings) {
    if (cluster.certificates().isEmpty()) {
      if (!Security.isInsecureAllowed(config)) {
        requireLoopback(node, cluster, config);
      }
      return;
    }
    var manifest = node.origin().toAbsolutePath().getParent();
    var folder = (manifest == null ? Path.of("") : manifest).resolve(cluster.certificates().get());
    var certificate = folder.resolve(node.name() + ".pem").toString();
    var key = folder.resolve(node.name() + ".key").toString();
    var trust = folder.resolve("trust.pem").toString();
    settings.put(TLS + "certificate", certificate);
    settings.put(TLS + "key", key);
    settings.put(TLS + "trust", trust);
    settings.put(ARTERY + "transport", "tls-tcp");
    settings.put(ARTERY + "ssl.ssl-engine-provider", ArterySecurity.class.getName());
  }

  private static void requireLoopback(NodeManifest node, Membership cluster, Config config) {
    var all = new LinkedHashSet<>(List.of(cluster.actors(), cluster.link()));
    all.add(bound(config, ACTORS_BIND, cluster.actors()));
    all.add(bound(config, LINK_BIND, cluster.link()));
    var exposed = new ArrayList<String>();
    for (var address : all) {
      if (!Address.isLoopback(Address.of(address).host())) {
        exposed.add(address);
      }
    }
    if (!exposed.isEmpty()) {
      throw new IllegalArgumentException(
          ("%s: cluster.certificates: nothing (expected: a folder made by 'weft certs', as other"
                  + " machines reach %s; to do so all the same: %s = on)")
              .formatted(node.origin(), String.join(" and ", exposed), Security.INSECURE));
    }
  }
}
