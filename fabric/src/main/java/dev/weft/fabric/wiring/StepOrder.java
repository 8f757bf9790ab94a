package dev.weft.fabric.wiring;

import dev.weft.fabric.manifest.PipelineManifest.Step;
import dev.weft.fabric.manifest.StandIn;
import dev.weft.fabric.manifest.TensorRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The steps of a pipeline, each after all it needs: sources of its inputs, of its {@code when} and
 * of its stand-ins.
 *
 * @param steps in an order they can run; those of cycles where the cycle was broken
 * @param cycles each as the needs that close it, the first step first in the file
 */
public record StepOrder(List<Step> steps, List<List<Need>> cycles) {

  /**
   * That {@code step} needs {@code source}.
   *
   * @param where the field that says so, such as {@code inputs.pixels} or {@code when}
   */
  public record Need(String step, String where, TensorRef source) {
    @Override
    public String toString() {
      return "%s.%s <- %s".formatted(step, where, source);
    }
  }

  public StepOrder {
    steps = List.copyOf(steps);
    cycles = List.copyOf(cycles);
  }

  public static StepOrder of(List<Step> steps) {
    var waiting = new LinkedHashMap<String, Step>();
    steps.forEach(step -> waiting.putIfAbsent(step.name(), step));
    var done = new ArrayList<Step>();
    var cycles = new ArrayList<List<Need>>();
    while (!waiting.isEmpty()) {
      var ready =
          waiting.values().stream()
              .filter(step -> needs(step).stream().noneMatch(need -> isIn(waiting, need)))
              .toList();
      if (ready.isEmpty()) {
        var cycle = cycle(waiting);
        cycles.add(cycle);
        ready = cycle.stream().map(need -> step(waiting, need.step())).distinct().toList();
      }
      ready.forEach(step -> waiting.remove(step.name()));
      done.addAll(ready);
    }
    return new StepOrder(done, cycles);
  }

  /** All {@code step} needs, once for each field that says so. */
  public static List<Need> needs(Step step) {
    var needs = new ArrayList<Need>();
    step.inputs().forEach((name, from) -> needs.add(new Need(step.name(), "inputs." + name, from)));
    step.when().ifPresent(when -> needs.add(new Need(step.name(), "when", when.tensor())));
    step.standIns()
        .forEach(
            (output, standIn) -> {
              if (standIn instanceof StandIn.FromTensor(var source)) {
                needs.add(new Need(step.name(), "standIn." + output, source));
              }
            });
    return needs;
  }

  private static boolean isIn(Map<String, Step> waiting, Need need) {
    return need.source().step().filter(waiting::containsKey).isPresent();
  }

  private static Step step(Map<String, Step> steps, String name) {
    var step = steps.get(name);
    if (step == null) {
      throw new IllegalArgumentException("step: '%s' (expected: one that waits)".formatted(name));
    }
    return step;
  }

  /** Walks from need to need among steps that all wait for another, until one comes again. */
  private static List<Need> cycle(Map<String, Step> waiting) {
    var path = new LinkedHashMap<String, Need>();
    var at = waiting.keySet().iterator().next();
    while (!path.containsKey(at)) {
      var need =
          needs(step(waiting, at)).stream().filter(known -> isIn(waiting, known)).findFirst();
      path.put(at, need.orElseThrow());
      at = need.orElseThrow().source().step().orElseThrow();
    }
    var members = new ArrayList<Need>();
    var isInside = false;
    for (var need : path.values()) {
      isInside |= need.step().equals(at);
      if (isInside) {
        members.add(need);
      }
    }
    return firstInFileFirst(members, waiting.keySet());
  }

  private static List<Need> firstInFileFirst(List<Need> cycle, Set<String> fileOrder) {
    var names = new LinkedHashSet<>(fileOrder);
    names.retainAll(cycle.stream().map(Need::step).toList());
    var first = names.iterator().next();
    var start = 0;
    while (!cycle.get(start).step().equals(first)) {
      start++;
    }
    var rotated = new ArrayList<>(cycle.subList(start, cycle.size()));
    rotated.addAll(cycle.subList(0, start));
    return List.copyOf(rotated);
  }
}
