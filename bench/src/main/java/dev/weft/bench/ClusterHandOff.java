package dev.weft.bench;

import dev.weft.bench.cluster.BenchCluster;
import dev.weft.bench.cluster.BenchNode;
import dev.weft.bench.cluster.SpreadSessions;
import dev.weft.bench.process.ServerProcess;
import dev.weft.fabric.manifest.NodeManifest.Role;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Sessions go from one node of a site to another, in order: one leaves, and one joins and takes its
 * part.
 */
final class ClusterHandOff {

  private static final String SITE = "site";
  private static final int SESSIONS = 60;
  private static final int PER_SECOND = 600;
  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final int MOVED_WANTED = 12;

  /** So that the run is short; how long one move takes does not depend on it. */
  private static final String EAGER =
      """
      weft.cluster.allocation.settled-rounds = 1
      weft.cluster.akka-settings.akka.cluster.sharding.rebalance-interval = 1s
      """;

  private ClusterHandOff() {}

  static void run(BenchOptions options, Consumer<Figure> figures)
      throws IOException, InterruptedException {
    leave(figures);
    if (!options.quick()) {
      join(figures);
    }
  }

  private static void leave(Consumer<Figure> figures) throws IOException, InterruptedException {
    try (var cluster = BenchCluster.open()) {
      cluster.shareJournal(SITE);
      var here = cluster.startHere(cluster.newNode(SITE, "here", Role.REGION));
      var other = cluster.startApart(cluster.newNode(SITE, "other", Role.REGION));
      BenchCluster.until("two nodes", () -> here.known().size() == 2);
      var sessions =
          SpreadSessions.open(here.weft().sessions(), "s-", here.known(), SESSIONS)
              .at("site/other");
      var found = Disturbance.of(here, sessions, PER_SECOND, () -> leave(here, other, sessions));
      var conditions =
          "one of 2 processes is asked to end, which had %d sessions, %d frames/s of theirs"
              .formatted(SESSIONS, PER_SECOND);
      figures.accept(
          Disturbance.figure(
              "hand-off/leave/all-sessions-again",
              found.overNanos() / 1e9,
              "s",
              conditions + ", until each has answered at the other node"));
      found.figures("hand-off/leave/", conditions).forEach(figures);
    }
  }

  private static CompletableFuture<Void> leave(
      BenchNode here, ServerProcess other, List<String> sessions) throws IOException {
    var _ = other.end();
    return SpreadSessions.await(
        here.weft().sessions(), sessions, node -> node.equals("site/here"), PATIENCE);
  }

  private static void join(Consumer<Figure> figures) throws IOException, InterruptedException {
    try (var cluster = BenchCluster.open(EAGER)) {
      cluster.shareJournal(SITE);
      var here = cluster.startHere(cluster.newNode(SITE, "here", Role.REGION));
      var _ = cluster.startApart(cluster.newNode(SITE, "other", Role.REGION));
      BenchCluster.until("two nodes", () -> here.known().size() == 2);
      var places = SpreadSessions.open(here.weft().sessions(), "s-", here.known(), SESSIONS);
      var sessions =
          Stream.concat(places.at("site/here").stream(), places.at("site/other").stream()).toList();
      var third = cluster.newNode(SITE, "third", Role.REGION);
      var found =
          Disturbance.of(
              here,
              sessions,
              PER_SECOND,
              () -> {
                var _ = cluster.startApart(third);
                return moved(here, sessions);
              });
      var conditions =
          ("a third process joins two with %d sessions, %d frames/s of theirs, watched until %d of"
                  + " them have moved there")
              .formatted(sessions.size(), PER_SECOND, MOVED_WANTED);
      figures.accept(
          Disturbance.figure("hand-off/join/moved", found.overNanos() / 1e9, "s", conditions));
      found.figures("hand-off/join/", conditions).forEach(figures);
    }
  }

  /** Completes when so many have moved to the third node as are wanted. */
  private static CompletableFuture<Void> moved(BenchNode here, List<String> sessions) {
    var places =
        sessions.stream()
            .map(
                name ->
                    here.weft()
                        .sessions()
                        .state(name)
                        .copy()
                        .thenApply(state -> state.feeder().node().equals("site/third"))
                        .completeOnTimeout(false, PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
            .toList();
    return CompletableFuture.allOf(places.toArray(CompletableFuture[]::new))
        .thenCompose(
            _ ->
                places.stream().filter(CompletableFuture::join).count() >= MOVED_WANTED
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.runAsync(
                            () -> {},
                            CompletableFuture.delayedExecutor(
                                PATIENCE.toMillis(), TimeUnit.MILLISECONDS))
                        .thenCompose(_ -> moved(here, sessions)));
  }
}
