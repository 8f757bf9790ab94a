package dev.weft.bench;

import ai.onnxruntime.OrtException;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.bench.chart.Chart;
import dev.weft.bench.chart.Chart.Axis;
import dev.weft.bench.chart.Series;
import dev.weft.bench.load.Arrivals;
import dev.weft.bench.load.Stream;
import dev.weft.bench.load.StreamResult;
import dev.weft.bench.load.Terms;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.stages.onnx.OnnxModels;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A thousand variant swaps under load: what fails, what is slower, what memory stays behind. */
final class SwapBench implements Bench {

  private static final String NAME = "swap";
  private static final int ROUNDS = 10;
  private static final int SWAPS_PER_ROUND = 100;
  private static final int QUICK_SWAPS = 8;
  private static final Duration BETWEEN = Duration.ofMillis(100);
  private static final Duration QUICK_BETWEEN = Duration.ofMillis(50);
  private static final double LOAD = 0.5;
  private static final Duration DEADLINE = Duration.ofSeconds(10);
  private static final double P99_RATIO_MAX = 1.05;
  private static final double MEGABYTES_PER_HUNDRED_MAX = 1;

  private static final Chart MEMORY =
      new Chart(
          "swap-memory",
          "Resident memory while variants are swapped under load",
          Chart.Kind.TRACE,
          Axis.linear("swaps done"),
          Axis.linear("resident memory of the process, MB"));

  /** What the swaps of all rounds led to. */
  private static final class Swaps {
    private final Slope memory = new Slope();
    private final List<Series.Point> points = new ArrayList<>();
    private int done;
    private int failed;
    private String firstProblem = "";

    private synchronized void swap(Pipeline pipeline) {
      try {
        pipeline.swap("step0", done % 2 == 0 ? "b" : "a").join();
      } catch (CompletionException e) {
        failed++;
        firstProblem = firstProblem.isEmpty() ? "; " + e.getCause() : firstProblem;
      }
      done++;
      ResidentMemory.megabytes()
          .ifPresent(
              megabytes -> {
                memory.add(done, megabytes);
                points.add(new Series.Point(done, megabytes, ""));
              });
    }
  }

  /** One fabric whose variants are swapped. */
  private static final class Side {
    private final LoadRig rig;
    private final Pipeline pipeline;
    private final Swaps swaps = new Swaps();
    private final Ratios p99 = new Ratios();
    private long lost;
    private long offered;
    private String last = "";

    Side(LoadRig rig, Pipeline pipeline) {
      this.rig = rig;
      this.pipeline = pipeline;
    }

    void add(StreamResult without, StreamResult with) {
      p99.add(with.latencyMillis(99), without.latencyMillis(99));
      lost += with.offeredCount() - with.completedCount();
      offered += with.offeredCount();
      last = with.toString();
    }

    void report(String prefix, String common, Consumer<Figure> figures) {
      figures.accept(
          Figure.of(
                  NAME,
                  prefix + "failed-frames",
                  lost,
                  "frames",
                  "of %d, %s; last round %s".formatted(offered, common, last))
              .withGoal(Goal.atMost(0)));
      figures.accept(
          Figure.of(
                  NAME, prefix + "failed-swaps", swaps.failed, "swaps", common + swaps.firstProblem)
              .withGoal(Goal.atMost(0)));
    }

    void p99(String name, String common, Consumer<Figure> figures) {
      p99.figure(NAME, name, "no swaps", "ms", common)
          .map(figure -> figure.withGoal(Goal.atMost(P99_RATIO_MAX)))
          .ifPresent(figures);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "1,000 variant swaps under load: failed frames, p99, and memory left behind.";
  }

  @Override
  public void run(BenchOptions options, Consumer<Figure> figures) {
    LoadRig.run(options, rig -> run(rig, figures));
  }

  private static void run(LoadRig rig, Consumer<Figure> figures)
      throws OrtException, IOException, InterruptedException {
    try (var cold = Weft.embedded(nothingKept())) {
      run(rig, rig.on(cold), figures);
    }
  }

  private static Config nothingKept() {
    return ConfigFactory.parseString("weft.fabric.keep-loaded = 0s")
        .withFallback(ConfigFactory.load());
  }

  private static void run(LoadRig rig, LoadRig coldRig, Consumer<Figure> figures)
      throws OrtException, IOException, InterruptedException {
    var kept = new Side(rig, deploy(rig));
    var cold = new Side(coldRig, deploy(coldRig));
    var perSecond = rig.capacity(rig.target(kept.pipeline)) * LOAD;
    for (var side : List.of(kept, cold)) {
      swapping(side, perSecond, new Swaps());
    }
    for (var round = 0; round < rig.rounds(ROUNDS); round++) {
      for (var side : List.of(kept, cold)) {
        side.add(calls(side, perSecond), swapping(side, perSecond, side.swaps));
      }
    }
    var common =
        "%d swaps, one each %d ms, load %s of capacity, %s"
            .formatted(kept.swaps.done, between(rig).toMillis(), LOAD, rig.conditions());
    kept.report("", common, figures);
    kept.p99("p99", common, figures);
    cold.report("cold/", common, figures);
    cold.p99("cold/p99", common, figures);
    figures.accept(
        Figure.of(NAME, "cold/memory", cold.swaps.memory.value() * 100, "MB per 100 swaps", common)
            .withGoal(Goal.atMost(MEGABYTES_PER_HUNDRED_MAX))
            .drawn(new Series(MEMORY, "resident memory", common, cold.swaps.points)));
  }

  /** Two variants of the same work in two files, so that neither can stand in for the other. */
  private static Pipeline deploy(LoadRig rig) throws OrtException, IOException {
    var first = rig.work().file();
    var second = rig.models().copy(first, "work-again");
    return rig.deploy(
        "bench-swap",
        BenchManifests.stage(
            "bench-swap",
            "onnx",
            OnnxModels.signature(first),
            List.of(
                BenchManifests.variant("a", Optional.of(ManifestFiles.pin(first))),
                BenchManifests.variant("b", Optional.of(ManifestFiles.pin(second)))),
            Batching.none()));
  }

  private static StreamResult swapping(Side side, double perSecond, Swaps swaps)
      throws InterruptedException {
    try (var swapper =
        Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory())) {
      schedule(swapper, side, swaps);
      return calls(side, perSecond);
    }
  }

  private static void schedule(ScheduledExecutorService swapper, Side side, Swaps swaps) {
    for (var swap = 0; swap < swapsPerRound(side.rig); swap++) {
      var unused =
          swapper.schedule(
              () -> swaps.swap(side.pipeline),
              between(side.rig).toNanos() * swap,
              TimeUnit.NANOSECONDS);
    }
  }

  private static StreamResult calls(Side side, double perSecond) throws InterruptedException {
    var rig = side.rig;
    var stream =
        new Stream(
            "calls",
            Arrivals.poisson(perSecond, 21),
            Terms.of(Lane.INTERACTIVE, DEADLINE),
            rig.target(side.pipeline));
    var measured = between(rig).multipliedBy(swapsPerRound(rig));
    return rig.exactly(measured, stream).streams().getFirst();
  }

  private static Duration between(LoadRig rig) {
    return rig.quick() ? QUICK_BETWEEN : BETWEEN;
  }

  private static int swapsPerRound(LoadRig rig) {
    return rig.quick() ? QUICK_SWAPS : SWAPS_PER_ROUND;
  }
}
