package dev.weft.app.serving;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.cluster.fact.BufferFacts;
import dev.weft.cluster.fact.NodeFacts;
import dev.weft.cluster.frame.WayCounters;
import dev.weft.cluster.moving.MoveBook;
import dev.weft.cluster.moving.MoveReason;
import dev.weft.cluster.node.ClusterStatus;
import dev.weft.cluster.site.NodeId;
import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.NodeManifest.Role;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ServedClusterTest {

  private static final SiteName SHOP = new SiteName("shop");
  private static final BufferFacts IN_STEP =
      new BufferFacts(
          true,
          true,
          Optional.of("shop/b"),
          true,
          true,
          3,
          4096,
          Optional.of(Duration.ofMillis(1500)),
          Optional.empty(),
          List.of(mirrored("shop/b", 100, true), mirrored("shop/c", 23, false)));

  private static BufferFacts.Mirrored mirrored(String owner, long bytes, boolean isTakenOver) {
    return new BufferFacts.Mirrored(
        owner,
        7,
        bytes,
        isTakenOver ? Optional.of(Instant.EPOCH) : Optional.empty(),
        Optional.empty(),
        0,
        isTakenOver ? Optional.empty() : Optional.of("its disk is full"));
  }

  private static NodeFacts node(SiteName site, String name, BufferFacts buffer) {
    return new NodeFacts(
        name,
        site,
        Role.EDGE,
        NodeClass.STANDARD,
        1,
        "10.0.0.1:1",
        "10.0.0.1:2",
        Set.of(),
        NodeFacts.State.idle().with(buffer));
  }

  private static ClusterStatus seen(BufferFacts buffer) {
    return new ClusterStatus(
        new NodeId(SHOP, "a"),
        List.of(
            new ClusterStatus.Member("shop", "10.0.0.1:1", "Up", true, false),
            new ClusterStatus.Member("shop", "10.0.0.2:1", "Up", true, false),
            new ClusterStatus.Member("region", "10.0.0.3:1", "Up", false, false),
            new ClusterStatus.Member("region", "10.0.0.4:1", "Leaving", true, false)),
        List.of(node(SHOP, "a", buffer), node(new SiteName("region"), "r", BufferFacts.NONE)),
        new WayCounters.Counts(11, 12, 13, 14, 15, 16, 17, 18),
        new MoveBook.Moves(Map.of(MoveReason.HEAT, 3L, MoveReason.DRAIN, 5L), 2, List.of()));
  }

  private static String page(ClusterStatus status) throws IOException {
    var registry = new PrometheusRegistry();
    new ServedCluster(() -> status).register(registry);
    var bytes = new ByteArrayOutputStream();
    PrometheusTextFormatWriter.builder().build().write(bytes, registry.scrape());
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static void tells(String page, String line) {
    assertTrue(page.lines().anyMatch(line::equals), () -> line + " in\n" + page);
  }

  @Test
  void membersAreCountedByPlaceAndNotBySite() throws IOException {
    var page = page(seen(BufferFacts.NONE));

    tells(page, "weft_cluster_members{place=\"site\",reached=\"yes\",status=\"up\"} 2.0");
    tells(page, "weft_cluster_members{place=\"elsewhere\",reached=\"no\",status=\"up\"} 1.0");
    tells(page, "weft_cluster_members{place=\"elsewhere\",reached=\"yes\",status=\"leaving\"} 1.0");
    tells(page, "weft_cluster_nodes_heard{place=\"site\"} 1.0");
    tells(page, "weft_cluster_nodes_heard{place=\"elsewhere\"} 1.0");
  }

  @Test
  void framesAreCountedByTheirWay() throws IOException {
    var page = page(seen(BufferFacts.NONE));

    var ways = List.of("here", "away", "unreached", "lost", "kept", "refused", "taken", "cached");
    for (var i = 0; i < ways.size(); i++) {
      tells(page, "weft_cluster_frames_total{way=\"%s\"} %d.0".formatted(ways.get(i), 11 + i));
    }
  }

  @Test
  void movesOfSessionsAreCountedByTheirReason() throws IOException {
    var page = page(seen(BufferFacts.NONE));

    tells(page, "weft_cluster_moves_total{reason=\"heat\"} 3.0");
    tells(page, "weft_cluster_moves_total{reason=\"drain\"} 5.0");
    tells(page, "weft_cluster_moves_failed_total 2.0");
  }

  @Test
  void theStandbyIsToldWhereThereIsOne() throws IOException {
    var page = page(seen(IN_STEP));

    tells(page, "weft_standby_in_step 1.0");
    tells(page, "weft_standby_lag_seconds 1.5");
    tells(page, "weft_standby_lag_bytes 4096.0");
    tells(page, "weft_standby_mirrored_bytes 123.0");
    tells(page, "weft_standby_taking_over 1.0");
    tells(page, "weft_standby_troubles 1.0");
    assertTrue(
        page(seen(BufferFacts.NONE)).lines().noneMatch(line -> line.startsWith("weft_standby")));
  }

  @Test
  void everyFigureIsInTheGuide() throws IOException {
    var guide =
        Files.readString(Path.of(System.getProperty("weft.root", "..")).resolve("docs/metrics.md"));
    var names =
        page(seen(IN_STEP))
            .lines()
            .filter(line -> line.startsWith("# TYPE "))
            .map(line -> line.split(" ")[2])
            .toList();

    assertEquals(11, names.size(), names.toString());
    names.forEach(name -> assertTrue(guide.contains("| `" + name + "` |"), name));
  }

  @Test
  void operatorsAreToldWhatTheCommandTells() {
    var object = new ServedCluster(() -> seen(IN_STEP)).cluster();

    assertEquals("shop/a", object.get("seenBy"));
    assertEquals(Set.of("seenBy", "members", "nodes", "frames"), object.keySet());
  }
}
