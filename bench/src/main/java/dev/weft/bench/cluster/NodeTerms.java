package dev.weft.bench.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import dev.weft.cluster.node.NodeConfig;
import dev.weft.fabric.manifest.Membership;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a node of a bench's cluster is: one loop, all of it on the loopback address.
 *
 * @param actors port of its actor system
 * @param link port of its data link
 * @param seed port of the actor system it joins by
 * @param settings HOCON that goes before all defaults: its journal, and what a case changes
 */
public record NodeTerms(
    String site,
    String name,
    NodeManifest.Role role,
    int actors,
    int link,
    int seed,
    String settings) {

  /**
   * Neither the watch over the machine nor messages of nodes that are killed are what is measured,
   * and sessions stay where a case has them, though all its frames come to one node.
   */
  private static final String QUIET =
      """
      akka { loglevel = OFF, stdout-loglevel = OFF, log-dead-letters = off }
      weft.fabric { load.enabled = off, tensor-memory = 192MiB }
      weft.cluster.allocation.locality.enabled = off
      """;

  /** As others call it. */
  public String id() {
    return site + "/" + name;
  }

  /** For the command line of another process. */
  String argument() {
    return ConfigFactory.parseMap(
            Map.of(
                "site", site,
                "name", name,
                "role", role.name(),
                "actors", actors,
                "link", link,
                "seed", seed,
                "settings", settings))
        .root()
        .render(ConfigRenderOptions.concise());
  }

  static NodeTerms parse(String argument) {
    var terms = ConfigFactory.parseString(argument);
    return new NodeTerms(
        terms.getString("site"),
        terms.getString("name"),
        NodeManifest.Role.valueOf(terms.getString("role")),
        terms.getInt("actors"),
        terms.getInt("link"),
        terms.getInt("seed"),
        terms.getString("settings"));
  }

  /** What to start it with. */
  Config config() {
    return NodeConfig.of(
        manifest(),
        ConfigFactory.parseString(settings)
            .withFallback(quiet())
            .withFallback(ConfigFactory.load())
            .resolve());
  }

  /** What every Weft of these benches is started with, alone or in a cluster. */
  public static Config quiet() {
    return ConfigFactory.parseString(QUIET);
  }

  private NodeManifest manifest() {
    return new NodeManifest(
        Path.of(name + ".yaml"),
        name,
        "A node of a bench.",
        "bench@example.org",
        NodeClass.STANDARD,
        role,
        Optional.of(site),
        List.of(),
        OptionalInt.of(1),
        OptionalLong.empty(),
        Optional.of(
            new Membership(
                local(actors),
                local(link),
                List.of(local(seed)),
                Optional.empty(),
                Optional.empty())),
        Map.of());
  }

  private static String local(int port) {
    return "127.0.0.1:" + port;
  }
}
