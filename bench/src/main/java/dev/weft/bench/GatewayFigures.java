package dev.weft.bench;

import dev.weft.bench.GatewayCase.Sample;
import dev.weft.bench.GatewayCase.Way;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;

/** What the rounds of one served model gave, and the figures made of it. */
final class GatewayFigures {

  private static final List<Integer> BUSY = List.of(16, 64);
  private static final int USUAL = 16;
  private static final int MANY = 512;
  private static final String CPU_PROMISED = "tiny/%s/%d/".formatted(Way.BINARY, USUAL);
  private static final double CPU_MICROS_MAX = 20;

  private final String model;
  private final Map<Integer, List<Sample>> raw = new TreeMap<>();
  private final Map<Way, Map<Integer, List<Sample>>> served = new EnumMap<>(Way.class);

  GatewayFigures(String model) {
    this.model = model;
  }

  /** The loop beside which so many connections are held. */
  void raw(int connections, Sample sample) {
    raw.computeIfAbsent(connections, _ -> new ArrayList<>()).add(sample);
  }

  /** In the same order of rounds as the raw loop. */
  void served(Way way, int connections, Sample sample) {
    served
        .computeIfAbsent(way, _ -> new TreeMap<>())
        .computeIfAbsent(connections, _ -> new ArrayList<>())
        .add(sample);
  }

  void tell(Consumer<Figure> figures) {
    served.forEach(
        (way, byConnections) ->
            byConnections.forEach(
                (connections, samples) -> {
                  var prefix = "%s/%s/%d/".formatted(model, way, connections);
                  usual(prefix, samples, raw.getOrDefault(connections, List.of()), figures);
                  if (way == Way.BINARY) {
                    promised(connections, prefix, samples, figures);
                  }
                }));
    overloaded(figures);
  }

  private static void usual(
      String prefix, List<Sample> samples, List<Sample> loops, Consumer<Figure> figures) {
    var cpu =
        figure(prefix + "cpu", "us", samples, Sample::cpuMicros)
            .against("raw loop: %s us".formatted(median(loops, Sample::cpuMicros)));
    figures.accept(prefix.equals(CPU_PROMISED) ? cpu.withGoal(Goal.atMost(CPU_MICROS_MAX)) : cpu);
    figures.accept(
        figure(prefix + "throughput", "1/s", samples, sample -> sample.result().perSecond())
            .against("raw loop: %s 1/s".formatted(median(loops, s -> s.result().perSecond()))));
    figures.accept(
        figure(prefix + "p50", "us", samples, sample -> sample.micros(50))
            .against("raw loop: %s us".formatted(median(loops, sample -> sample.micros(50)))));
    figures.accept(
        figure(prefix + "p99", "us", samples, sample -> sample.micros(99))
            .against("raw loop: %s us".formatted(median(loops, sample -> sample.micros(99)))));
  }

  /** What has a goal. */
  private void promised(
      int connections, String prefix, List<Sample> samples, Consumer<Figure> figures) {
    var isTiny = model.equals("tiny");
    var loops = raw.getOrDefault(connections, List.of());
    if (connections == USUAL) {
      figures.accept(
          figure(prefix + "p99-to-p50", "ratio", samples, s -> s.micros(99) / s.micros(50))
              .withGoal(Goal.atMost(1.5)));
    }
    if (BUSY.contains(connections)) {
      figures.accept(
          figure(prefix + "slowest-wait", "turns", samples, Sample::slowestInTurns)
              .withGoal(Goal.atMost(2)));
    }
    if (!isTiny && BUSY.contains(connections)) {
      againstRaw(prefix, samples, loops, figures);
    }
    if (!isTiny && connections == 1) {
      figures.accept(
          pairs(prefix + "p50-added", "us", samples, loops, (s, r) -> s.micros(50) - r.micros(50))
              .withGoal(Goal.atMost(150)));
    }
  }

  private void againstRaw(
      String prefix, List<Sample> samples, List<Sample> loops, Consumer<Figure> figures) {
    var isBatched = model.endsWith("batched");
    figures.accept(
        pairs(
                prefix + "throughput-to-raw",
                "ratio",
                samples,
                loops,
                (s, r) -> s.result().perSecond() / r.result().perSecond())
            .withGoal(Goal.atLeast(isBatched ? 1.15 : 0.95)));
    if (!isBatched) {
      figures.accept(
          pairs(
                  prefix + "raw-cpu-to-cpu",
                  "ratio",
                  samples,
                  loops,
                  (s, r) -> r.cpuMicros() / s.cpuMicros())
              .withGoal(Goal.atLeast(0.97)));
    }
  }

  /** What becomes of good answers when far too many want them, and how soon the others know. */
  private void overloaded(Consumer<Figure> figures) {
    for (var way : served.entrySet()) {
      var samples = way.getValue().getOrDefault(MANY, List.of());
      if (samples.isEmpty()) {
        continue;
      }
      var peak =
          way.getValue().values().stream()
              .mapToDouble(each -> spread(each, s -> s.result().perSecond()).median())
              .max()
              .orElseThrow();
      var prefix = "%s/%s/%d/".formatted(model, way.getKey(), MANY);
      var good =
          figure(prefix + "good-to-peak", "ratio", samples, s -> s.result().perSecond() / peak);
      var refusal =
          figure(
              prefix + "slowest-refusal",
              "ms",
              samples,
              s -> s.result().slowestRefusalSeconds() * 1e3);
      var isOurs = way.getKey() != Way.PLAIN;
      figures.accept(isOurs ? good.withGoal(Goal.atLeast(0.95)) : good);
      figures.accept(isOurs ? refusal.withGoal(Goal.atMost(50)) : refusal);
    }
  }

  private static Figure figure(
      String name, String unit, List<Sample> samples, ToDoubleFunction<Sample> value) {
    return figure(name, unit, spread(samples, value), samples);
  }

  /** Formed within each round. */
  private static Figure pairs(
      String name,
      String unit,
      List<Sample> samples,
      List<Sample> loops,
      ToDoubleBiFunction<Sample, Sample> value) {
    var values = new ArrayList<Double>();
    for (var round = 0; round < samples.size(); round++) {
      values.add(value.applyAsDouble(samples.get(round), loops.get(round)));
    }
    return figure(name, unit, Spread.of(values), samples);
  }

  private static Figure figure(String name, String unit, Spread spread, List<Sample> samples) {
    var refused = samples.stream().mapToLong(sample -> sample.result().refusedCount()).sum();
    var conditions =
        "median of %d rounds, quartiles %s".formatted(samples.size(), spread)
            + (refused == 0 ? "" : ", %d refused".formatted(refused));
    return Figure.of(GatewayBench.NAME, name, spread.median(), unit, conditions);
  }

  private static String median(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return Numbers.plain(spread(samples, value).median());
  }

  private static Spread spread(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return Spread.of(samples.stream().mapToDouble(value).toArray());
  }
}
