package dev.weft.cluster.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.manifest.Membership;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class NodeConfigTest {

  private static final Optional<String> SITE = Optional.of("shop-7");
  private static final Optional<Membership> LOCAL = joining("127.0.0.1:25520");

  private static Optional<Membership> joining(String actors) {
    return Optional.of(
        new Membership(
            actors,
            "127.0.0.1:25521",
            List.of("127.0.0.1:25520"),
            Optional.empty(),
            Optional.empty()));
  }

  private static Config config(
      String name, Optional<String> site, Optional<Membership> membership) {
    return config(name, site, membership, ConfigFactory.empty());
  }

  private static Config config(
      String name, Optional<String> site, Optional<Membership> membership, Config more) {
    var manifest =
        new NodeManifest(
            Path.of("till.yaml"),
            name,
            "A node.",
            "test",
            NodeClass.NANO,
            NodeManifest.Role.EDGE,
            site,
            List.of("eu-de"),
            OptionalInt.of(2),
            OptionalLong.empty(),
            membership,
            Map.of());
    return NodeConfig.of(manifest, more.withFallback(ConfigFactory.load()));
  }

  private static String refusal(
      String name, Optional<String> site, Optional<Membership> membership) {
    var refused =
        assertThrows(IllegalArgumentException.class, () -> config(name, site, membership));
    return String.valueOf(refused.getMessage());
  }

  @Test
  void aManifestSaysWhereAndWhatANodeIs() {
    var config = config("till", SITE, LOCAL);
    assertEquals("shop-7", config.getString("akka.cluster.multi-data-center.self-data-center"));
    assertEquals(List.of("edge"), config.getStringList("akka.cluster.roles"));
    assertEquals("NANO", config.getString("weft.fabric.node-class"));
    assertEquals(2, config.getInt("weft.fabric.loops"));
    assertEquals(25520, config.getInt("akka.remote.artery.canonical.port"));
  }

  @Test
  void aNodeListensElsewhereThanItIsReachedIfTheSettingsSaySo() {
    var bound =
        config(
            "till",
            SITE,
            LOCAL,
            ConfigFactory.parseString(
                "weft.cluster.bind { actors = \"127.0.0.2:7000\", link = \"127.0.0.2:7001\" }"));
    assertEquals(25520, bound.getInt("akka.remote.artery.canonical.port"));
    assertEquals("127.0.0.1", bound.getString("akka.remote.artery.canonical.hostname"));
    assertEquals(7000, bound.getInt("akka.remote.artery.bind.port"));
    assertEquals("127.0.0.2", bound.getString("akka.remote.artery.bind.hostname"));
    assertEquals("127.0.0.1:25521", bound.getString("weft.cluster.link"));
    assertEquals("127.0.0.2:7001", bound.getString("weft.cluster.bind.link"));

    var same = config("till", SITE, LOCAL);
    assertEquals(25520, same.getInt("akka.remote.artery.bind.port"));
    assertEquals("127.0.0.1:25521", same.getString("weft.cluster.bind.link"));
  }

  @Test
  void whatNoCertificateCouldSayIsNoName() {
    var why = refusal("Till_1", SITE, LOCAL);
    assertTrue(why.startsWith("till.yaml: node: 'Till_1' (expected: 1 to 63 lower-case"), why);
    assertTrue(refusal("nodes", SITE, LOCAL).contains("that one means all nodes of a site"));
  }

  @Test
  void whatIsMissingIsNamed() {
    assertEquals(
        "till.yaml: site: nothing (expected: a site, to be a node of one)",
        refusal("till", Optional.empty(), LOCAL));
    assertEquals(
        "till.yaml: cluster: nothing (expected: a cluster, to be a node of one)",
        refusal("till", SITE, Optional.empty()));
  }

  @Test
  void aLinkedNodeSaysToWhom() {
    assertEquals(List.of(), config("till", SITE, LOCAL).getStringList("weft.cluster.linked.to"));
    var linked = LOCAL.map(local -> local.linkedTo(List.of("10.0.0.1:25521")));
    assertEquals(
        List.of("10.0.0.1:25521"),
        config("till", SITE, linked).getStringList("weft.cluster.linked.to"));
    assertEquals(
        "till.yaml: cluster.linked: 127.0.0.1:25521, its own cluster.link (expected: data links of"
            + " a region's nodes)",
        refusal("till", SITE, LOCAL.map(local -> local.linkedTo(List.of("127.0.0.1:25521")))));
  }

  @Test
  void onlyAnEdgeIsLinked() {
    var hub =
        new NodeManifest(
            Path.of("hub.yaml"),
            "hub",
            "A node.",
            "test",
            NodeClass.STANDARD,
            NodeManifest.Role.REGION,
            SITE,
            List.of(),
            OptionalInt.of(2),
            OptionalLong.empty(),
            LOCAL.map(local -> local.linkedTo(List.of("10.0.0.1:25521"))),
            Map.of());
    var refused =
        assertThrows(
            IllegalArgumentException.class, () -> NodeConfig.of(hub, ConfigFactory.load()));
    assertEquals(
        "hub.yaml: cluster.linked: 10.0.0.1:25521, and role: region (expected: edge, or no"
            + " cluster.linked)",
        refused.getMessage());
  }
}
