package dev.weft.bench;

import dev.weft.bench.cluster.BenchCluster;
import dev.weft.bench.cluster.BenchNode;
import dev.weft.bench.cluster.SpreadSessions;
import dev.weft.bench.process.ServerProcess;
import dev.weft.fabric.manifest.NodeManifest.Role;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A process of a site is killed under load; its sessions go on at the others. */
final class ClusterKill {

  private static final String SITE = "site";
  private static final String VICTIM = "victim";
  private static final String HERE = "here";
  private static final int PER_SECOND = 600;
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** What the issue of clusters promises. */
  private static final double RECOVERY_SECONDS_MAX = 5;

  /**
   * A kill.
   *
   * @param nodes of the site before
   * @param sessions of the node that is killed
   * @param isOldest whether it is the node that allots the site's shards
   */
  private record Kill(String name, int nodes, int sessions, boolean isOldest) {}

  private static final List<Kill> KILLS =
      List.of(
          new Kill("1-of-2", 2, 60, false),
          new Kill("1-of-2-many", 2, 600, false),
          new Kill("oldest-of-3", 3, 60, true));

  private ClusterKill() {}

  static void run(BenchOptions options, Consumer<Figure> figures)
      throws IOException, InterruptedException {
    for (var kill : options.quick() ? KILLS.subList(0, 1) : KILLS) {
      run(kill, figures);
    }
  }

  private static void run(Kill kill, Consumer<Figure> figures)
      throws IOException, InterruptedException {
    try (var cluster = BenchCluster.open()) {
      cluster.shareJournal(SITE);
      // The first of a site is its oldest.
      var early =
          kill.isOldest() ? Optional.of(apart(cluster, VICTIM)) : Optional.<ServerProcess>empty();
      var here = cluster.startHere(cluster.newNode(SITE, HERE, Role.REGION));
      var victim = early.isPresent() ? early.get() : apart(cluster, VICTIM);
      for (var more = 2; more < kill.nodes(); more++) {
        var _ = apart(cluster, "more-" + more);
      }
      BenchCluster.until("nodes", () -> here.known().size() == kill.nodes());
      var sessions =
          SpreadSessions.open(here.weft().sessions(), "s-", here.known(), kill.sessions())
              .at(SITE + "/" + VICTIM);
      var found = Disturbance.of(here, sessions, PER_SECOND, () -> kill(here, victim, sessions));
      tell(kill, found, figures);
    }
  }

  private static ServerProcess apart(BenchCluster cluster, String name) throws IOException {
    return cluster.startApart(cluster.newNode(SITE, name, Role.REGION));
  }

  private static CompletableFuture<Void> kill(
      BenchNode here, ServerProcess victim, List<String> sessions) {
    victim.close();
    return SpreadSessions.await(
        here.weft().sessions(), sessions, node -> !node.endsWith("/" + VICTIM), PATIENCE);
  }

  private static void tell(Kill kill, Disturbance found, Consumer<Figure> figures) {
    var prefix = "kill/%s/".formatted(kill.name());
    var conditions =
        "kill -9 of one of %d processes%s which had %d sessions, %d frames/s of theirs"
            .formatted(
                kill.nodes(), kill.isOldest() ? ", the oldest," : "", kill.sessions(), PER_SECOND);
    figures.accept(
        Disturbance.figure(
                prefix + "all-sessions-again",
                found.overNanos() / 1e9,
                "s",
                conditions + ", until each has answered at another node")
            .withGoal(Goal.atMost(RECOVERY_SECONDS_MAX)));
    found.figures(prefix, conditions).forEach(figures);
  }
}
