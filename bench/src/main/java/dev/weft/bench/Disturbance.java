package dev.weft.bench;

import dev.weft.bench.cluster.BenchNode;
import dev.weft.bench.cluster.FrameSource;
import dev.weft.bench.cluster.SteadyFrames;
import dev.weft.cluster.frame.WayCounters;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * What something that happens to a cluster does to steady frames of sessions.
 *
 * @param frames of the whole time
 * @param happenedNanos when it happened, on the clock of {@link System#nanoTime}
 * @param overNanos from then until it was over as its observer saw it
 * @param awryNanos from then until the last frame that did not run where its session lives; 0 if
 *     there was none
 * @param beside frames that ran where they came, unknown to their session
 * @param lost frames that were sent to a node and not answered
 */
record Disturbance(
    SteadyFrames.Report frames,
    long happenedNanos,
    long overNanos,
    long awryNanos,
    long beside,
    long lost) {

  /** An answer later than this is late for whoever waits for it. */
  static final Duration LATE = Duration.ofMillis(50);

  private static final int ELEMENTS = 4;
  private static final Duration DEADLINE = Duration.ofSeconds(1);
  private static final Duration WARM_UP = Duration.ofSeconds(3);
  private static final Duration CALM = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  /** Something that happens. */
  interface Happening {

    /** Has it happen; completes when it is over. */
    CompletableFuture<?> begin() throws IOException;
  }

  /**
   * Sends frames of these sessions to a node, has something happen, and waits until it is over and
   * all frames go where they should.
   *
   * @param perSecond frames, of all sessions together
   */
  static Disturbance of(BenchNode node, List<String> sessions, int perSecond, Happening happening)
      throws IOException, InterruptedException {
    var pace = Duration.ofSeconds(1).dividedBy(perSecond);
    var source = FrameSource.of(node, ELEMENTS, DEADLINE);
    try (var steady = SteadyFrames.start(source, sessions, pace)) {
      Thread.sleep(WARM_UP.plus(CALM));
      var before = node.frames();
      var happened = System.nanoTime();
      var over = happening.begin().thenApply(_ -> System.nanoTime());
      var awry = lastAwry(node, before, over);
      var after = node.frames();
      return new Disturbance(
          steady.stop(),
          happened,
          over.join() - happened,
          awry == 0 ? 0 : awry - happened,
          after.unreached() - before.unreached(),
          after.lost() - before.lost());
    }
  }

  /** When a frame last went astray, 0 if none did; looks until it is over and calm. */
  private static long lastAwry(
      BenchNode node, WayCounters.Counts before, CompletableFuture<Long> over)
      throws InterruptedException {
    var begun = System.nanoTime();
    var count = astray(before);
    var last = 0L;
    while (!over.isDone() || System.nanoTime() - Math.max(over.join(), last) < CALM.toNanos()) {
      if (System.nanoTime() - begun > LONGEST.toNanos()) {
        throw new IllegalStateException("not over within " + LONGEST);
      }
      var now = astray(node.frames());
      if (now != count) {
        count = now;
        last = System.nanoTime();
      }
      Thread.sleep(1);
    }
    return last;
  }

  private static long astray(WayCounters.Counts counts) {
    return counts.unreached() + counts.lost();
  }

  SteadyFrames.Report during() {
    return frames.from(happenedNanos);
  }

  private SteadyFrames.Report calm() {
    return frames.before(happenedNanos).from(happenedNanos - CALM.toNanos());
  }

  /** Figures of its frames. */
  List<Figure> figures(String prefix, String conditions) {
    var during = during();
    var all =
        conditions
            + ", %d frames with a deadline of %s".formatted(during.frames().size(), DEADLINE);
    var reasons = during.problems().stream().distinct().limit(2).toList();
    return List.of(
        figure(
            prefix + "failed-frames",
            during.problems().size(),
            "frames",
            reasons.isEmpty() ? all : all + "; such as " + reasons),
        figure(prefix + "late-frames", during.delayed(LATE), "frames", all + ", late is over 50 ms")
            .against("%d in the 2 s before".formatted(calm().delayed(LATE))),
        figure(prefix + "slowest-frame", during.slowestNanos() / 1e6, "ms", all)
            .against(
                "%s ms in the 2 s before".formatted(Numbers.plain(calm().slowestNanos() / 1e6))),
        figure(
                prefix + "longest-gap",
                during.longestGapNanos() / 1e6,
                "ms",
                all + ", of any session")
            .against(
                "%s ms in the 2 s before".formatted(Numbers.plain(calm().longestGapNanos() / 1e6))),
        figure(
            prefix + "frames-beside",
            beside,
            "frames",
            all + ", run where they came, unknown to their session"),
        figure(
            prefix + "last-beside",
            awryNanos / 1e9,
            "s",
            all + ", until every frame runs where its session lives"));
  }

  static Figure figure(String name, double value, String unit, String conditions) {
    return Figure.of(ClusterBench.NAME, name, value, unit, conditions);
  }
}
