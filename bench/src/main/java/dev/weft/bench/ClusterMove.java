package dev.weft.bench;

import dev.weft.bench.cluster.BenchCluster;
import dev.weft.bench.cluster.BenchNode;
import dev.weft.fabric.manifest.NodeManifest.Role;
import dev.weft.fabric.session.SessionTransfer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** A session moves from one site to another and back, while its frames come. */
final class ClusterMove {

  private static final String HOME = "shop";
  private static final String OTHER = "region";
  private static final String SESSION = "shop/till";
  private static final int MOVES = 24;
  private static final int QUICK_MOVES = 4;
  private static final int PER_SECOND = 200;
  private static final Duration PAUSE = Duration.ofMillis(300);

  private ClusterMove() {}

  static void run(BenchOptions options, Consumer<Figure> figures)
      throws IOException, InterruptedException {
    var moves = options.quick() ? QUICK_MOVES : MOVES;
    try (var cluster = BenchCluster.open()) {
      var here = cluster.startHere(cluster.newNode(OTHER, "a", Role.REGION));
      var _ = cluster.startApart(cluster.newNode(HOME, "a", Role.EDGE));
      BenchCluster.until("two nodes", () -> here.known().size() == 2);
      var opened = here.weft().sessions().open(SESSION, "nobody", 0).join();
      if (!opened.feeder().node().startsWith(HOME)) {
        throw new BenchException("cluster: a session of %s is at %s".formatted(HOME, opened));
      }
      var took = new ArrayList<Double>();
      var found =
          Disturbance.of(
              here,
              List.of(SESSION),
              PER_SECOND,
              () -> CompletableFuture.runAsync(() -> move(here, moves, took)));
      tell(moves, took, found, figures);
    }
  }

  /** As an operator moves it: to a site, from wherever it is, and fed there from then on. */
  private static void move(BenchNode here, int moves, List<Double> took) {
    var sessions = here.weft().sessions();
    for (var move = 0; move < moves; move++) {
      var begun = System.nanoTime();
      var to = move % 2 == 0 ? OTHER : HOME;
      var state =
          new SessionTransfer(sessions, SESSION)
              .bring(HOME, to)
              .thenCompose(_ -> sessions.claim(SESSION))
              .join();
      if (!state.feeder().node().startsWith(to)) {
        throw new IllegalStateException(
            "session at %s (expected: at site %s)".formatted(state.feeder(), to));
      }
      took.add((System.nanoTime() - begun) / 1e6);
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private static void tell(
      int moves, List<Double> took, Disturbance found, Consumer<Figure> figures) {
    var conditions =
        ("%d moves of one session, there and back, a third of a second between them, %d frames/s of"
                + " it to the region; journals in files")
            .formatted(moves, PER_SECOND);
    var spread = Spread.of(took);
    figures.accept(
        Disturbance.figure(
            "move/time",
            spread.median(),
            "ms",
            "%s; median, quartiles %s, slowest %s"
                .formatted(
                    conditions,
                    spread,
                    Numbers.plain(
                        took.stream().mapToDouble(Double::doubleValue).max().orElse(0)))));
    found.figures("move/", conditions).forEach(figures);
  }
}
