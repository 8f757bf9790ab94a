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

/** Where a node may listen: beyond this machine only with certificates, or if somebody said so. */
class NodeExposureTest {

  private static final Config CONFIG = ConfigFactory.load();
  private static final String HERE = "127.0.0.1:7100";

  private static NodeManifest node(String actors, String link, Optional<String> certificates) {
    return new NodeManifest(
        Path.of("till.yaml"),
        "till",
        "A till.",
        "shop",
        NodeClass.NANO,
        NodeManifest.Role.EDGE,
        Optional.of("shop"),
        List.of(),
        OptionalInt.empty(),
        OptionalLong.empty(),
        Optional.of(new Membership(actors, link, List.of(actors), Optional.empty(), certificates)),
        Map.of());
  }

  private static String refusal(String actors, String link) {
    return String.valueOf(
        assertThrows(
                IllegalArgumentException.class,
                () -> NodeConfig.of(node(actors, link, Optional.empty()), CONFIG))
            .getMessage());
  }

  @Test
  void addressesThatOthersReachNeedCertificates() {
    for (var other : List.of("10.0.0.7:7100", "0.0.0.0:7100", "127.example.org:7100")) {
      assertTrue(refusal(other, HERE).contains("other machines reach " + other + ";"));
      assertTrue(refusal(HERE, other).contains("other machines reach " + other + ";"));
    }
    NodeConfig.of(node("localhost:7000", "[::1]:7100", Optional.empty()), CONFIG);
    var safe = NodeConfig.of(node("10.0.0.7:7000", HERE, Optional.of("certs")), CONFIG);
    assertEquals("tls-tcp", safe.getString("akka.remote.artery.transport"));
  }

  @Test
  void whereItListensCountsAsWhereItIsReached() {
    var bound =
        ConfigFactory.parseString("weft.cluster.bind.link = \"0.0.0.0:7100\"").withFallback(CONFIG);
    var refused =
        assertThrows(
            IllegalArgumentException.class,
            () -> NodeConfig.of(node(HERE, HERE, Optional.empty()), bound));
    assertTrue(String.valueOf(refused.getMessage()).contains("other machines reach 0.0.0.0:7100;"));
  }

  @Test
  void theSettingThatAllowsOthersWithoutCertificatesCountsHereToo() {
    var allowed =
        ConfigFactory.parseString("weft.link.insecure-beyond-loopback = on").withFallback(CONFIG);
    var config = NodeConfig.of(node("10.0.0.7:7000", "0.0.0.0:7100", Optional.empty()), allowed);
    assertEquals("0.0.0.0:7100", config.getString("weft.cluster.link"));
    assertTrue(refusal(HERE, "0.0.0.0:7100").contains("weft.link.insecure-beyond-loopback = on"));
  }
}
