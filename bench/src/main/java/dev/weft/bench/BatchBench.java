package dev.weft.bench;

import ai.onnxruntime.OrtException;
import dev.weft.bench.chart.Chart;
import dev.weft.bench.chart.Chart.Axis;
import dev.weft.bench.chart.Series;
import dev.weft.bench.load.Arrivals;
import dev.weft.bench.load.Stream;
import dev.weft.bench.load.StreamResult;
import dev.weft.bench.load.Target;
import dev.weft.bench.load.Terms;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.stages.onnx.OnnxModels;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What batching gains and costs: natural batching (what queued while the last batch ran), none, and
 * a fixed window, on a model whose weights are too large for a cache, so that one row costs almost
 * what a few do.
 */
final class BatchBench implements Bench {

  private static final String NAME = "batch";
  private static final int WIDTH = 1024;
  private static final int LINKS = 16;
  private static final int QUICK_LINKS = 4;
  private static final int ROWS_MAX = 16;
  private static final Duration WINDOW = Duration.ofMillis(5);
  private static final int CALLERS = 64;
  private static final Duration CLOSED = Duration.ofSeconds(4);
  private static final Duration MEASURED = Duration.ofSeconds(4);
  private static final Duration DEADLINE = Duration.ofSeconds(1);
  private static final int ROUNDS = 3;
  private static final double LIGHT = 0.25;
  private static final List<Double> QUICK_LOADS = List.of(LIGHT, 1.0);
  private static final List<Double> LOADS = List.of(LIGHT, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0);

  private static final Chart CURVE =
      new Chart(
          "batch",
          "What batching gains in throughput and costs in latency",
          Chart.Kind.LINES,
          Axis.linear("answers, per second"),
          Axis.log("p99 latency from scheduled arrival, ms"));

  /** The three ways. */
  private enum Way {
    NONE("no batching"),
    NATURAL("natural batching"),
    WINDOW("fixed window of 5 ms");

    private final String legend;

    Way(String legend) {
      this.legend = legend;
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "Throughput and p99 of natural batching, against none and a fixed 5 ms window.";
  }

  @Override
  public void run(BenchOptions options, Consumer<Figure> figures) {
    LoadRig.run(options, rig -> run(rig, figures));
  }

  private static void run(LoadRig rig, Consumer<Figure> figures)
      throws OrtException, IOException, InterruptedException {
    var work = Work.chain(rig.models(), "batch", rig.quick() ? QUICK_LINKS : LINKS, 1, WIDTH);
    try (var window =
        new WindowBatcher(
            rig.weft().loops(), new RawModel(work.file()), work.input(), WINDOW, ROWS_MAX)) {
      Map<Way, Target> targets = new LinkedHashMap<>();
      targets.put(Way.NONE, rig.target(deploy(rig, work, 1), work.input()));
      targets.put(Way.NATURAL, rig.target(deploy(rig, work, ROWS_MAX), work.input()));
      targets.put(Way.WINDOW, window);
      var common = conditions(work);
      var throughputs = throughputs(rig, targets);
      throughput(throughputs, common, figures);
      var perSecond = median(throughputs, Way.NONE);
      Map<Way, List<StreamResult>> results = new LinkedHashMap<>();
      for (var load : rig.quick() ? QUICK_LOADS : LOADS) {
        for (var target : targets.entrySet()) {
          var stream =
              new Stream(
                  "calls",
                  Arrivals.poisson(perSecond * load, 9),
                  Terms.of(Lane.INTERACTIVE, DEADLINE),
                  target.getValue());
          results
              .computeIfAbsent(target.getKey(), _ -> new ArrayList<>())
              .add(rig.open(MEASURED, stream).streams().getFirst());
        }
      }
      latency(results, common, figures);
    }
  }

  private static Pipeline deploy(LoadRig rig, Work work, int rowsMax) throws IOException {
    var pin = ManifestFiles.pin(work.file());
    var name = "bench-batch-" + rowsMax;
    return rig.deploy(
        name,
        BenchManifests.stage(
            name,
            "onnx",
            OnnxModels.signature(work.file()),
            List.of(BenchManifests.variant("default", Optional.of(pin))),
            Batching.upTo(rowsMax)));
  }

  /** Also whether a row's answer depends on the rows beside it, and what more rows cost. */
  private static String conditions(Work work) throws OrtException {
    try (var model = new RawModel(work.file());
        var batches = new BatchModel(model, work.input())) {
      var alone = batches.run(1);
      var together = batches.run(ROWS_MAX);
      return "layers of %dx%d, one row %s ms, %d rows %s ms, at most %d rows, results %s"
          .formatted(
              WIDTH,
              WIDTH,
              Numbers.plain(fastestMillis(batches, 1)),
              ROWS_MAX,
              Numbers.plain(fastestMillis(batches, ROWS_MAX)),
              ROWS_MAX,
              Float.compare(alone, together) == 0
                  ? "equal to the bit"
                  : "differ by " + Math.abs(alone - together));
    }
  }

  private static double fastestMillis(BatchModel batches, int rows) throws OrtException {
    var fastest = Long.MAX_VALUE;
    for (var i = 0; i < 30; i++) {
      var before = System.nanoTime();
      batches.run(rows);
      fastest = Math.min(fastest, System.nanoTime() - before);
    }
    return fastest / 1e6;
  }

  private static Map<Way, List<Double>> throughputs(LoadRig rig, Map<Way, Target> targets)
      throws InterruptedException {
    Map<Way, List<Double>> found = new LinkedHashMap<>();
    var terms = Terms.of(Lane.INTERACTIVE, Duration.ofSeconds(30));
    for (var round = 0; round < rig.rounds(ROUNDS); round++) {
      for (var target : targets.entrySet()) {
        found
            .computeIfAbsent(target.getKey(), _ -> new ArrayList<>())
            .add(rig.closed(target.getValue(), terms, CALLERS, CLOSED).perSecond());
      }
    }
    return found;
  }

  private static void throughput(
      Map<Way, List<Double>> throughputs, String common, Consumer<Figure> figures) {
    var conditions = "%d callers, %s".formatted(CALLERS, common);
    ratio("natural/throughput", throughputs, Way.NONE, conditions).ifPresent(figures);
    ratio("natural/throughput-to-window", throughputs, Way.WINDOW, conditions)
        .map(figure -> figure.withGoal(Goal.atLeast(1)))
        .ifPresent(figures);
  }

  private static Optional<Figure> ratio(
      String name, Map<Way, List<Double>> throughputs, Way against, String conditions) {
    var natural = throughputs.getOrDefault(Way.NATURAL, List.of());
    var other = throughputs.getOrDefault(against, List.of());
    var ratios = new Ratios();
    for (var round = 0; round < natural.size(); round++) {
      ratios.add(natural.get(round), other.get(round));
    }
    return ratios.figure(NAME, name, against.legend, "per second", conditions);
  }

  private static double median(Map<Way, List<Double>> throughputs, Way way) {
    return Spread.of(throughputs.getOrDefault(way, List.of())).median();
  }

  private static void latency(
      Map<Way, List<StreamResult>> results, String common, Consumer<Figure> figures) {
    var conditions = "at %s of what none can do, %s".formatted(LIGHT, common);
    p99("natural/p99-light", results, Way.NONE, conditions).ifPresent(figures);
    p99("natural/p99-light-to-window", results, Way.WINDOW, conditions)
        .map(figure -> figure.withGoal(Goal.atMost(1)))
        .ifPresent(figures);
    var last = results.getOrDefault(Way.NATURAL, List.of()).getLast();
    var busiest =
        Figure.of(
            NAME,
            "natural/p99-busiest",
            last.latencyMillis(99),
            "ms",
            "at the highest load offered, %s; %s".formatted(common, last));
    for (var way : results.entrySet()) {
      var series = Series.of(CURVE, way.getKey().legend, common);
      for (var result : way.getValue()) {
        series.add(
            result.completedCount() * 1e9 / result.measuredNanos(), result.latencyMillis(99));
      }
      busiest = busiest.drawn(series.build());
    }
    figures.accept(busiest);
  }

  private static Optional<Figure> p99(
      String name, Map<Way, List<StreamResult>> results, Way against, String conditions) {
    var natural = results.getOrDefault(Way.NATURAL, List.of()).getFirst();
    var other = results.getOrDefault(against, List.of()).getFirst();
    var ratio = new Ratios();
    ratio.add(natural.latencyMillis(99), other.latencyMillis(99));
    return ratio.figure(NAME, name, against.legend, "ms", conditions + "; " + natural);
  }
}
