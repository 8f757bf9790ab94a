package dev.weft.bench;

import dev.weft.bench.cluster.BenchCluster;
import dev.weft.bench.cluster.BenchNode;
import dev.weft.fabric.manifest.NodeManifest.Role;
import dev.weft.fabric.session.SessionTransfer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** A session moves from one site to another and back, while its frames come. */
final class ClusterMove {

  private static final String HOME = "shop";
  private static final String OTHER = "region";
  private static final String SESSION = "shop/till";
  private static final int MOVES = 60;
  private static final int QUICK_MOVES = 4;
  private static final int PER_SECOND = 200;

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

  private static void move(BenchNode here, int moves, List<Double> took) {
    var transfer = new SessionTransfer(here.weft().sessions(), SESSION);
    for (var move = 0; move < moves; move++) {
      var isThere = move % 2 == 0;
      var begun = System.nanoTime();
      var _ = transfer.move(isThere ? HOME : OTHER, isThere ? OTHER : HOME).join();
      took.add((System.nanoTime() - begun) / 1e6);
    }
  }

  private static void tell(
      int moves, List<Double> took, Disturbance found, Consumer<Figure> figures) {
    var conditions =
        ("%d moves of one session, there and back, one after the other, %d frames/s of it to the"
                + " region; journals in files")
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
