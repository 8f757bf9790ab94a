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
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft cluster up --linked} as processes of this machine: a region and a shop. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@ExtendWith(OneCluster.class)
class LinkedIT {

  private static final String SESSION = "site-1/till";

  @TempDir private Path folder;

  private final ClusterProbe probe = new ClusterProbe();

  @Test
  @Tag("long")
  void aSiteThatIsAClusterOfItsOwnServesItsSessionsToTheRegion()
      throws IOException, InterruptedException {
    var plan = ClusterPlan.of(2, 2).linked();
    try (probe;
        var cluster = LocalCluster.start(plan, folder, List.of(), true, _ -> {})) {
      var hub = node(cluster, "region/b");
      var shop = node(cluster, "site-1/a");
      await("each sees its own", () -> probe.up(hub) == 2 && probe.up(shop) == 2);
      await("each sees the other linked", () -> linked(hub) == 2 && linked(shop) == 2);

      await("a frame at the region", () -> probe.frame(hub, SESSION).isRight());
      await("it lives at the shop", () -> livesAt(hub, "site-1"));
      await("it is taken", () -> probe.frames(hub, "away") > 0);
      await("it moves", () -> probe.move(hub, SESSION, "region").isPresent());
      await("it lives at the region", () -> livesAt(shop, "region"));
      assertTrue(probe.frame(shop, SESSION).isRight());

      var status = Cli.run(folder, "cluster", "status", "127.0.0.1:" + hub.reached().link());
      assertEquals(0, status.code(), status.err());
      assertTrue(status.out().contains("up, linked"), status.out());
      System.out.print(status.out());
    }
  }

  /** How many members of other clusters a node sees, and hears of. */
  private int linked(PlannedNode at) {
    return (int)
        probe.view(at).stream()
            .filter(row -> row.contains("up, linked,") && !row.contains("not reached"))
            .count();
  }

  private boolean livesAt(PlannedNode asked, String site) {
    return probe.where(asked, SESSION).filter(where -> site.equals(where.get("site"))).isPresent();
  }

  private static PlannedNode node(LocalCluster cluster, String id) {
    return cluster.plan().nodes().stream()
        .filter(node -> node.id().equals(id))
        .findFirst()
        .orElseThrow();
  }
}
