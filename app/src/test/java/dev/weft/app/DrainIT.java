package dev.weft.app;

import static dev.weft.app.Awaited.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.app.cluster.ClusterPlan;
import dev.weft.app.cluster.ClusterProbe;
import dev.weft.app.cluster.LocalCluster;
import dev.weft.app.cluster.PlannedNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft cluster drain} on processes of this machine: a region and a shop of two nodes. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@ExtendWith(OneCluster.class)
class DrainIT {

  private static final int SESSIONS = 12;

  @TempDir private Path folder;

  private final ClusterProbe probe = new ClusterProbe();

  @Test
  @Tag("long")
  void allSessionsOfASiteGoToAnother() throws IOException, InterruptedException {
    try (probe;
        var cluster = LocalCluster.start(ClusterPlan.of(2, 2), folder, List.of(), true, _ -> {})) {
      var hub = node(cluster, "region/a");
      var shop = node(cluster, "site-1/a");
      await(
          "all nodes are up", () -> probe.up(hub) == 4 && probe.up(shop) == 4 && isReady(cluster));
      refusesWhatIsWrong(hub);
      for (var each = 0; each < SESSIONS; each++) {
        var session = "site-1/till-" + each;
        await("a frame of " + session, () -> probe.frame(shop, session).isRight());
      }

      System.out.print(done(hub, "--to", "region"));
      await("it is drained", () -> isDrained(hub));
      System.out.print(done(shop));
      allAreAt(hub, "region");
    }
  }

  private boolean isDrained(PlannedNode at) {
    return done(at).startsWith("site site-1: drained to region since ");
  }

  private void allAreAt(PlannedNode hub, String site) {
    for (var each = 0; each < SESSIONS; each++) {
      assertEquals(site, probe.where(hub, "site-1/till-" + each).orElseThrow().get("site"));
    }
  }

  private void refusesWhatIsWrong(PlannedNode hub) {
    var both = command(hub, "--to", "region", "--undo");
    assertEquals(2, both.code());
    assertTrue(both.err().contains("--to region --undo (expected: one of them)"), both.err());
    var self = command(hub, "--to", "site-1");
    assertEquals(1, self.code());
    assertTrue(
        self.err().contains("to: 'site-1': the site itself (expected: one of region)"), self.err());
    var none = command(hub, "--to", "Region 1");
    assertEquals(2, none.code());
    assertTrue(none.err().contains("--to: 'Region 1' (expected: a site: lower-case"), none.err());
    var json = command(hub, "--json");
    assertTrue(json.out().contains("\"stands\":\"not drained\""), json.out());
  }

  private Cli.Ended command(PlannedNode at, String... args) {
    var all = new ArrayList<>(List.of("cluster", "drain", "site-1"));
    all.addAll(List.of(args));
    all.addAll(List.of("--node", "127.0.0.1:" + at.reached().link()));
    return Cli.run(folder, all.toArray(String[]::new));
  }

  /** Empty while nobody is in charge. */
  private String done(PlannedNode at, String... args) {
    return command(at, args).out();
  }

  private boolean isReady(LocalCluster cluster) throws InterruptedException, IOException {
    for (var node : cluster.plan().nodes()) {
      if (!probe.isReady(node)) {
        return false;
      }
    }
    return true;
  }

  private static PlannedNode node(LocalCluster cluster, String id) {
    return cluster.plan().nodes().stream()
        .filter(node -> node.id().equals(id))
        .findFirst()
        .orElseThrow();
  }
}
