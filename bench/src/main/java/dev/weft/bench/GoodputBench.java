package dev.weft.bench;

import ai.onnxruntime.OrtException;
import dev.weft.bench.chart.Chart;
import dev.weft.bench.chart.Chart.Axis;
import dev.weft.bench.chart.Series;
import dev.weft.bench.load.Arrivals;
import dev.weft.bench.load.LoadResult;
import dev.weft.bench.load.Stream;
import dev.weft.bench.load.Target;
import dev.weft.bench.load.Terms;
import dev.weft.fabric.manifest.Lane;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** How much still comes in time when more is offered than can be done. */
final class GoodputBench implements Bench {

  private static final String NAME = "goodput";
  private static final List<Integer> LOADS = List.of(1, 2, 4, 8);
  private static final Duration DEADLINE = Duration.ofMillis(100);
  private static final Duration MEASURED = Duration.ofSeconds(5);
  private static final int ROUNDS = 3;
  private static final double GOODPUT_MIN = 0.9;
  private static final String STREAM = "calls";

  private static final Chart CURVE =
      new Chart(
          "goodput",
          "Answers in time while more is offered than can be done",
          Chart.Kind.LINES,
          Axis.linear("offered load, multiples of capacity"),
          Axis.linear("answers within 100 ms, share of capacity"));

  /** Ratios of goodput to the round's capacity, by load. */
  private static final class Curve {
    private final Map<Integer, List<Double>> ratios = new LinkedHashMap<>();
    private final Map<Integer, String> lastRounds = new LinkedHashMap<>();

    void add(int load, LoadResult result, double capacity) {
      var stream = result.stream(STREAM);
      ratios
          .computeIfAbsent(load, _ -> new ArrayList<>())
          .add(stream.goodputPerSecond() / capacity);
      lastRounds.put(load, "last round %s; %s".formatted(stream, result.generator()));
    }

    Spread spread(int load) {
      return Spread.of(ratios.getOrDefault(load, List.of()));
    }

    Series drawn(String legend, String conditions) {
      var series = Series.of(CURVE, legend, conditions);
      ratios.keySet().forEach(load -> series.add(load, spread(load).median()));
      return series.build();
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String summary() {
    return "Answers in time at 1, 2, 4 and 8 times capacity, as a share of it; FIFO beside it.";
  }

  @Override
  public void run(BenchOptions options, Consumer<Figure> figures) {
    LoadRig.run(options, rig -> run(rig, figures));
  }

  private static void run(LoadRig rig, Consumer<Figure> figures)
      throws OrtException, IOException, InterruptedException {
    var target = rig.target(rig.deploy("bench-goodput"));
    var fabric = new Curve();
    var fifo = new Curve();
    var closed = new ArrayList<Double>();
    var capacities = new ArrayList<Double>();
    for (var round = 0; round < rig.rounds(ROUNDS); round++) {
      var before = rawCapacity(rig);
      closed.add(rig.capacity(target) / before);
      Map<Integer, LoadResult> ofFabric = new LinkedHashMap<>();
      Map<Integer, LoadResult> ofFifo = new LinkedHashMap<>();
      for (var load : LOADS) {
        ofFabric.put(load, offer(rig, target, before * load));
        try (var naive = rig.naive()) {
          ofFifo.put(load, offer(rig, naive, before * load));
        }
      }
      var capacity = (before + rawCapacity(rig)) / 2;
      capacities.add(capacity);
      ofFabric.forEach((load, result) -> fabric.add(load, result, capacity));
      ofFifo.forEach((load, result) -> fifo.add(load, result, capacity));
    }
    var capacity = Spread.of(capacities).median();
    var common = rig.conditions();
    figures.accept(closed(Spread.of(closed), capacity, common));
    var drawn =
        "capacity of raw sessions %s/s, medians of %d rounds of %d s, %s"
            .formatted(
                Numbers.plain(capacity), capacities.size(), rig.span(MEASURED).toSeconds(), common);
    for (var load : LOADS) {
      figures.accept(
          figure("fabric", load, fabric, capacity, common).withGoal(Goal.atLeast(GOODPUT_MIN)));
    }
    for (var load : LOADS) {
      var figure = figure("fifo", load, fifo, capacity, common);
      var isLast = load.equals(LOADS.getLast());
      figures.accept(
          isLast
              ? figure
                  .drawn(fabric.drawn("Weft", drawn))
                  .drawn(fifo.drawn("naive server, unbounded FIFO", drawn))
              : figure);
    }
  }

  private static double rawCapacity(LoadRig rig) throws OrtException, InterruptedException {
    try (var naive = rig.naive()) {
      return rig.capacity(naive);
    }
  }

  private static LoadResult offer(LoadRig rig, Target target, double perSecond)
      throws InterruptedException {
    return rig.open(
        MEASURED,
        new Stream(
            STREAM, Arrivals.poisson(perSecond, 5), Terms.of(Lane.INTERACTIVE, DEADLINE), target));
  }

  private static Figure closed(Spread ratios, double capacity, String common) {
    return Figure.of(
            NAME,
            "fabric/closed-loop",
            ratios.median(),
            "ratio",
            "all that a few busy callers get, quartiles %s, %s".formatted(ratios, common))
        .against("raw sessions: %s/s".formatted(Numbers.plain(capacity)));
  }

  private static Figure figure(String side, int load, Curve curve, double capacity, String common) {
    var ratios = curve.spread(load);
    return Figure.of(
            NAME,
            "%s/%dx".formatted(side, load),
            ratios.median(),
            "ratio",
            "answers within %d ms, quartiles %s, %s; %s"
                .formatted(
                    DEADLINE.toMillis(), ratios, common, curve.lastRounds.getOrDefault(load, "")))
        .against("capacity of raw sessions: %s/s".formatted(Numbers.plain(capacity)));
  }
}
