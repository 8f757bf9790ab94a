package dev.weft.gateway.observatory;

import dev.weft.fabric.manifest.Lane;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What went through a node's pipelines between two readings, as values for JSON. Rates are per
 * second over that time; quantiles are taken over a longer one, as a second may have few frames.
 */
final class Rates {

  private static final double NANOS_OF_A_MILLI = 1e6;
  private static final Map<String, Double> QUANTILES = Map.of("p50", 0.5, "p90", 0.9, "p99", 0.99);

  private final Reading base;
  private final Reading before;
  private final Reading now;
  private final double seconds;

  /**
   * @param base where quantiles begin
   * @param before where rates begin
   */
  Rates(Reading base, Reading before, Reading now) {
    this.base = base;
    this.before = before;
    this.now = now;
    this.seconds = Math.max(1e-3, (now.nanos() - before.nanos()) / 1e9);
  }

  /** One object for each pipeline, by name. */
  List<Map<String, Object>> pipelines(Set<Lane> paused) {
    var objects = new ArrayList<Map<String, Object>>();
    new TreeMap<>(now.pipelines())
        .forEach((name, reading) -> objects.add(pipeline(name, reading, paused)));
    return objects;
  }

  private Map<String, Object> pipeline(String name, Reading.OfPipeline reading, Set<Lane> paused) {
    var flow = reading.flow();
    var then = now.before(name, flow, before);
    var first = now.before(name, flow, base);
    var steps = steps(flow, then);
    var arrived = frames(flow) - frames(then);
    var object = new LinkedHashMap<String, Object>();
    object.put("name", name);
    object.put("perSecond", perSecond(arrived));
    object.put("inFlight", reading.inFlight());
    object.put("maxInFlight", reading.inFlightMax());
    object.put("lanes", lanes(reading, then, first, paused));
    object.put("steps", steps);
    object.put("waiting", waiting(reading.waiting()));
    object.put("edges", edges(reading.graph(), flow, then));
    return object;
  }

  private static long frames(PipelineFlow.Read flow) {
    return flow.lanes().stream().mapToLong(Rates::frames).sum();
  }

  private static long frames(LaneFlow.Read lane) {
    return lane.completed() + sum(lane.dropped()) + sum(lane.failed());
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Lanes that ever had a frame, and the pipeline's own. */
  private List<Map<String, Object>> lanes(
      Reading.OfPipeline reading,
      PipelineFlow.Read then,
      PipelineFlow.Read first,
      Set<Lane> paused) {
    var objects = new ArrayList<Map<String, Object>>();
    for (var lane : reading.flow().lanes()) {
      if (frames(lane) > 0 || lane.lane() == reading.lane()) {
        var at = lane.lane().ordinal();
        objects.add(
            lane(lane, then.lanes().get(at), first.lanes().get(at), paused.contains(lane.lane())));
      }
    }
    return objects;
  }

  private Map<String, Object> lane(
      LaneFlow.Read lane, LaneFlow.Read then, LaneFlow.Read first, boolean isPaused) {
    var object = new LinkedHashMap<String, Object>();
    object.put("lane", lane.lane().word());
    object.put("paused", isPaused);
    object.put("completed", perSecond(lane.completed() - then.completed()));
    object.put("dropped", perSecond(lane.dropped(), then.dropped()));
    object.put("failed", perSecond(lane.failed(), then.failed()));
    object.put("skipped", perSecond(lane.skipped(), then.skipped()));
    object.put("degraded", perSecond(lane.degraded() - then.degraded()));
    var recent = difference(lane.latency(), first.latency());
    QUANTILES.forEach(
        (name, part) ->
            LatencyGrid.quantile(recent, part)
                .ifPresent(
                    nanos -> object.put(name + "Millis", rounded(nanos / NANOS_OF_A_MILLI))));
    var octaves = LatencyGrid.octaves(difference(lane.latency(), then.latency()));
    object.put("heat", Arrays.stream(octaves).boxed().toList());
    return object;
  }

  private List<Map<String, Object>> steps(PipelineFlow.Read flow, PipelineFlow.Read then) {
    var earlier = Reading.byKey(then.steps(), Rates::key);
    var objects = new ArrayList<Map<String, Object>>();
    for (var step : flow.steps()) {
      var old = earlier.get(key(step));
      var runs = step.runs() - (old == null ? 0 : old.runs());
      var object = new LinkedHashMap<String, Object>();
      object.put("step", step.step());
      object.put("variant", step.stage() + "@" + step.variant());
      object.put("perSecond", perSecond(runs));
      if (runs > 0) {
        var waited = step.waitedNanos() - (old == null ? 0 : old.waitedNanos());
        var ran = step.ranNanos() - (old == null ? 0 : old.ranNanos());
        object.put("waitedMillis", rounded(waited / NANOS_OF_A_MILLI / runs));
        object.put("ranMillis", rounded(ran / NANOS_OF_A_MILLI / runs));
      }
      objects.add(object);
    }
    objects.sort(Comparator.comparing(object -> String.valueOf(object.get("variant"))));
    return objects;
  }

  private static String key(PipelineFlow.StepRead step) {
    return step.step() + "/" + step.variant();
  }

  /** Of an edge the smaller of the rates at its ends: no frame can go along it more often. */
  private List<Map<String, Object>> edges(
      Graph graph, PipelineFlow.Read flow, PipelineFlow.Read then) {
    var runs = runs(flow);
    runs(then).forEach((step, count) -> runs.merge(step, -count, Long::sum));
    var completed = completed(flow) - completed(then);
    Function<String, Long> rate =
        end ->
            switch (end) {
              case Graph.FRAME -> Long.MAX_VALUE;
              case Graph.ANSWER -> completed;
              default -> runs.getOrDefault(end, 0L);
            };
    var objects = new ArrayList<Map<String, Object>>();
    for (var edge : graph.edges()) {
      var object = new LinkedHashMap<String, Object>();
      object.put("from", edge.from());
      object.put("to", edge.to());
      object.put("perSecond", perSecond(Math.min(rate.apply(edge.from()), rate.apply(edge.to()))));
      objects.add(object);
    }
    return objects;
  }

  private static Map<String, Long> runs(PipelineFlow.Read flow) {
    var runs = new LinkedHashMap<String, Long>();
    flow.steps().forEach(step -> runs.merge(step.step(), step.runs(), Long::sum));
    return runs;
  }

  private static long completed(PipelineFlow.Read flow) {
    return flow.lanes().stream().mapToLong(LaneFlow.Read::completed).sum();
  }

  private static Map<String, Object> waiting(Map<String, Map<Lane, Integer>> waiting) {
    var object = new LinkedHashMap<String, Object>();
    waiting.forEach(
        (step, lanes) -> {
          var byLane = new LinkedHashMap<String, Object>();
          lanes.forEach((lane, runs) -> byLane.put(lane.word(), runs));
          object.put(step, byLane);
        });
    return object;
  }

  private double perSecond(long count) {
    return rounded(count / seconds);
  }

  /** By reason; those that did not happen in this time are left out. */
  private Map<String, Object> perSecond(Map<String, Long> counts, Map<String, Long> then) {
    var rates = new LinkedHashMap<String, Object>();
    counts.forEach(
        (reason, count) -> {
          var more = count - then.getOrDefault(reason, 0L);
          if (more > 0) {
            rates.put(reason, perSecond(more));
          }
        });
    return rates;
  }

  private static long[] difference(long[] counts, long[] then) {
    var difference = new long[counts.length];
    for (var i = 0; i < counts.length; i++) {
      difference[i] = Math.max(0, counts[i] - then[i]); // Below 0 only where counts began anew.
    }
    return difference;
  }

  private static double rounded(double value) {
    return Math.round(value * 1e3) / 1e3;
  }
}
