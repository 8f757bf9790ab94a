package dev.weft.bench;

import ai.onnxruntime.OrtException;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.bench.chart.Chart;
import dev.weft.bench.chart.Chart.Axis;
import dev.weft.bench.chart.Series;
import dev.weft.bench.load.Arrivals;
import dev.weft.bench.load.LoadResult;
import dev.weft.bench.load.Stream;
import dev.weft.bench.load.StreamResult;
import dev.weft.bench.load.Target;
import dev.weft.bench.load.Terms;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.manifest.Lane;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/** Whether a flood of background work reaches what has to be answered in time. */
final class OverloadBench implements Bench {

  private static final String NAME = "overload";
  private static final double PERCEPTION_SHARE = 0.25;
  private static final int BACKGROUND_FACTOR = 10;
  private static final Duration DEADLINE = Duration.ofMillis(100);
  private static final Duration BACKGROUND_DEADLINE = Duration.ofSeconds(1);
  private static final Duration MEASURED = Duration.ofSeconds(8);
  private static final int ROUNDS = 3;
  private static final double MISSED_PERCENT_MAX = 0.1;
  private static final double P99_RATIO_MAX = 1.2;
  private static final double INGRESS_MILLIS_MAX = 1;
  private static final double[] PERCENTILES = {50, 90, 99, 99.9};
  private static final String PERCEPTION = "perception";
  private static final String BACKGROUND = "background";

  private static final Chart LATENCY =
      new Chart(
          "overload-latency",
          "Perception latency while background offers ten times as much",
          Chart.Kind.LINES,
          Axis.linear("percentile of perception frames"),
          Axis.log("latency from scheduled arrival, ms"));

  /** One way to serve both streams. */
  private record Side(String name, String legend, Lane perception, Lane background) {}

  private static final Side LANES =
      new Side("lanes", "lanes, 10x background", Lane.PERCEPTION, Lane.BACKGROUND);
  private static final Side APART =
      new Side("lanes-apart", "lanes, background not beside", Lane.PERCEPTION, Lane.BACKGROUND);
  private static final Side OWN_CORE =
      new Side("own-core", "a raw thread each", Lane.INTERACTIVE, Lane.INTERACTIVE);
  private static final Side ONE_LANE =
      new Side("one-lane", "one lane, 10x background", Lane.INTERACTIVE, Lane.INTERACTIVE);
  private static final Side FIFO =
      new Side("fifo", "naive FIFO, 10x background", Lane.INTERACTIVE, Lane.INTERACTIVE);

  /** What the rounds of one side gave. */
  private static final class Found {
    private final Ratios p99 = new Ratios();
    private final List<Double> background = new ArrayList<>();
    private final Histogram alone = new Histogram(3);
    private final Histogram loaded = new Histogram(3);
    private final Histogram ingress = new Histogram(3);
    private long offered;
    private long inTime;
    private String lastRound = "";
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "Perception's misses and p99 under 10x background load; lanes off and FIFO beside it.";
  }

  @Override
  public void run(BenchOptions options, Consumer<Figure> figures) {
    LoadRig.run(options, rig -> run(rig, figures));
  }

  private static void run(LoadRig rig, Consumer<Figure> figures)
      throws OrtException, IOException, InterruptedException {
    try (var apart = Weft.embedded(backgroundApart())) {
      run(rig, rig.on(apart), figures);
    }
  }

  private static Config backgroundApart() {
    return ConfigFactory.parseString("weft.fabric.background-beside-urgent = off")
        .withFallback(ConfigFactory.load());
  }

  private static void run(LoadRig rig, LoadRig apartRig, Consumer<Figure> figures)
      throws OrtException, IOException, InterruptedException {
    var fabric = rig.target(rig.deploy("bench-overload"));
    var apartFabric = apartRig.target(apartRig.deploy("bench-overload-apart"));
    var capacity = rig.capacity(fabric);
    var lanes = new Found();
    var apart = new Found();
    var ownCore = new Found();
    var oneLane = new Found();
    var fifo = new Found();
    for (var round = 0; round < rig.rounds(ROUNDS); round++) {
      add(lanes, rig, LANES, fabric, fabric, capacity);
      add(apart, rig, APART, apartFabric, apartFabric, capacity);
      try (var one = rig.oneThread();
          var other = rig.oneThread()) {
        add(ownCore, rig, OWN_CORE, one, other, capacity);
      }
      add(oneLane, rig, ONE_LANE, fabric, fabric, capacity);
      try (var naive = rig.naive()) {
        add(fifo, rig, FIFO, naive, naive, capacity);
      }
    }
    var common =
        "capacity %s/s, perception at %s of it, %s"
            .formatted(Numbers.plain(capacity), PERCEPTION_SHARE, rig.conditions());
    figures.accept(
        misses(LANES, lanes, common)
            .withGoal(Goal.atMost(MISSED_PERCENT_MAX))
            .drawn(latency("alone", lanes.alone, common))
            .drawn(latency(LANES.legend(), lanes.loaded, common)));
    p99(LANES, lanes, common)
        .map(figure -> figure.withGoal(Goal.atMost(P99_RATIO_MAX)))
        .ifPresent(figures);
    figures.accept(background(LANES, lanes, common));
    figures.accept(ingress(lanes, common).withGoal(Goal.atMost(INGRESS_MILLIS_MAX)));
    figures.accept(
        misses(APART, apart, common)
            .withGoal(Goal.atMost(MISSED_PERCENT_MAX))
            .drawn(latency(APART.legend(), apart.loaded, common)));
    p99(APART, apart, common)
        .map(figure -> figure.withGoal(Goal.atMost(P99_RATIO_MAX)))
        .ifPresent(figures);
    figures.accept(background(APART, apart, common));
    p99(OWN_CORE, ownCore, common).ifPresent(figures);
    for (var contrast : List.of(new Contrast(ONE_LANE, oneLane), new Contrast(FIFO, fifo))) {
      var side = contrast.side();
      figures.accept(
          misses(side, contrast.found(), common)
              .drawn(latency(side.legend(), contrast.found().loaded, common)));
      p99(side, contrast.found(), common).ifPresent(figures);
    }
  }

  private record Contrast(Side side, Found found) {}

  private static LoadResult alone(LoadRig rig, Target target, Side side, double capacity)
      throws InterruptedException {
    return rig.open(MEASURED, perception(target, side, capacity));
  }

  private static LoadResult loaded(
      LoadRig rig, Target target, Target background, Side side, double capacity)
      throws InterruptedException {
    var terms = Terms.of(side.background(), BACKGROUND_DEADLINE);
    var rate = capacity * PERCEPTION_SHARE * BACKGROUND_FACTOR;
    return rig.open(
        MEASURED,
        perception(target, side, capacity),
        new Stream(BACKGROUND, Arrivals.poisson(rate, 11), terms, background));
  }

  private static Stream perception(Target target, Side side, double capacity) {
    return new Stream(
        PERCEPTION,
        Arrivals.fixed(capacity * PERCEPTION_SHARE),
        Terms.of(side.perception(), DEADLINE),
        target);
  }

  private static void add(
      Found found, LoadRig rig, Side side, Target target, Target background, double capacity)
      throws InterruptedException {
    var alone = alone(rig, target, side, capacity);
    var loaded = loaded(rig, target, background, side, capacity);
    var before = alone.stream(PERCEPTION);
    var after = loaded.stream(PERCEPTION);
    found.offered += after.offeredCount();
    found.inTime += after.inDeadlineCount();
    found.alone.add(before.latency());
    found.loaded.add(after.latency());
    found.ingress.add(loaded.ingress());
    found.p99.add(after.latencyMillis(99), before.latencyMillis(99));
    var left = capacity * (1 - PERCEPTION_SHARE);
    found.background.add(loaded.stream(BACKGROUND).goodputPerSecond() / left);
    found.lastRound = "last round %s; %s".formatted(describe(loaded), loaded.generator());
  }

  private static String describe(LoadResult loaded) {
    return String.join("; ", loaded.streams().stream().map(StreamResult::toString).toList());
  }

  private static Figure misses(Side side, Found found, String common) {
    var percent = found.offered == 0 ? 0 : 100 - 100.0 * found.inTime / found.offered;
    return Figure.of(
        NAME,
        side.name() + "/misses",
        percent,
        "%",
        "of %d frames, deadline %d ms, %s; %s"
            .formatted(found.offered, DEADLINE.toMillis(), common, found.lastRound));
  }

  private static Optional<Figure> p99(Side side, Found found, String common) {
    return found.p99.figure(
        NAME, side.name() + "/p99", "alone", "ms", "completed frames, " + common);
  }

  private static Figure background(Side side, Found found, String common) {
    var shares = Spread.of(found.background);
    return Figure.of(
            NAME,
            side.name() + "/background",
            shares.median(),
            "ratio",
            "in time within 1 s, median of %d rounds, quartiles %s, %s"
                .formatted(found.background.size(), shares, common))
        .against("capacity that perception leaves");
  }

  /** How long the submitting thread is held, whatever becomes of the frame. */
  private static Figure ingress(Found found, String common) {
    return Figure.of(
        NAME,
        "lanes/ingress-p99",
        found.ingress.getValueAtPercentile(99) / 1e6,
        "ms",
        "of %d submits under the flood, p50 %s us, p99.9 %s ms with the times its thread was not run, %s"
            .formatted(
                found.ingress.getTotalCount(),
                Numbers.plain(found.ingress.getValueAtPercentile(50) / 1e3),
                Numbers.plain(found.ingress.getValueAtPercentile(99.9) / 1e6),
                common));
  }

  private static Series latency(String legend, Histogram latency, String conditions) {
    var series = Series.of(LATENCY, legend, conditions);
    for (var percentile : PERCENTILES) {
      series.add("p" + Numbers.plain(percentile), latency.getValueAtPercentile(percentile) / 1e6);
    }
    return series.build();
  }
}
