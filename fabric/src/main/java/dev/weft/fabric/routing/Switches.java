package dev.weft.fabric.routing;

import dev.weft.fabric.manifest.PipelineManifest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The present positions of a pipeline's gates, the present weights of its splits, and what its
 * trials have of the traffic.
 *
 * @param gates whether each gate is on, by name
 * @param weights weight of each arm in declared order, by split
 * @param trials what the candidate on trial has of the traffic, by step
 */
public record Switches(
    Map<String, Boolean> gates,
    Map<String, List<Integer>> weights,
    Map<String, TrialShare> trials) {

  public Switches {
    gates = Collections.unmodifiableMap(new LinkedHashMap<>(gates));
    weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    trials = Map.copyOf(trials);
  }

  /** As the manifest declares them. */
  public static Switches declaredBy(PipelineManifest pipeline) {
    var gates = new LinkedHashMap<String, Boolean>();
    pipeline.gates().forEach(gate -> gates.put(gate.name(), gate.on()));
    var weights = new LinkedHashMap<String, List<Integer>>();
    for (var split : pipeline.splits()) {
      weights.put(split.name(), split.arms().stream().map(PipelineManifest.Arm::weight).toList());
    }
    return new Switches(gates, weights, Map.of());
  }

  /**
   * What {@code next} declares, with gates and weights as they stand now where {@code before}
   * declared them in the same way: what was moved since stays moved.
   */
  public Switches onto(PipelineManifest before, PipelineManifest next) {
    var declared = declaredBy(next);
    var moved = new LinkedHashMap<>(declared.gates);
    next.gates().stream()
        .filter(before.gates()::contains)
        .forEach(gate -> moved.replace(gate.name(), gates.getOrDefault(gate.name(), gate.on())));
    var weighed = new LinkedHashMap<>(declared.weights);
    next.splits().stream()
        .filter(before.splits()::contains)
        .forEach(
            split ->
                Optional.ofNullable(weights.get(split.name()))
                    .ifPresent(now -> weighed.replace(split.name(), now)));
    return new Switches(moved, weighed, Map.of());
  }

  /**
   * The same with one gate moved.
   *
   * @throws IllegalArgumentException if there is no such gate
   */
  public Switches withGate(String gate, boolean on) {
    if (!gates.containsKey(gate)) {
      throw new IllegalArgumentException(
          "gate: '%s' (expected: one of %s)".formatted(gate, gates.keySet()));
    }
    var moved = new LinkedHashMap<>(gates);
    moved.put(gate, on);
    return new Switches(moved, weights, trials);
  }

  /**
   * The same with the weights of one split replaced.
   *
   * @throws IllegalArgumentException if there is no such split, or the weights do not fit its arms
   */
  public Switches withWeights(String split, List<Integer> next) {
    var present = weights.get(split);
    if (present == null) {
      throw new IllegalArgumentException(
          "split: '%s' (expected: one of %s)".formatted(split, weights.keySet()));
    }
    if (next.size() != present.size() || next.stream().anyMatch(weight -> weight < 0)) {
      throw new IllegalArgumentException(
          "weights: %s (expected: %d weights >= 0)".formatted(next, present.size()));
    }
    if (next.stream().mapToLong(Integer::longValue).sum() == 0) {
      throw new IllegalArgumentException("weights: " + next + " (expected: a sum above 0)");
    }
    var replaced = new LinkedHashMap<>(weights);
    replaced.put(split, List.copyOf(new ArrayList<>(next)));
    return new Switches(gates, replaced, trials);
  }

  /** The same with what the candidate at {@code step} has of the traffic. */
  public Switches withTrial(String step, TrialShare share) {
    var more = new LinkedHashMap<>(trials);
    more.put(step, share);
    return new Switches(gates, weights, more);
  }

  /** The same with no trial at {@code step}: its candidate, if it is there, gets nothing. */
  public Switches withoutTrial(String step) {
    var less = new LinkedHashMap<>(trials);
    less.remove(step);
    return new Switches(gates, weights, less);
  }

  /** What the candidate at {@code step} has of the traffic; empty if it has nothing. */
  public Optional<TrialShare> trial(String step) {
    return Optional.ofNullable(trials.get(step));
  }

  public boolean isOn(String gate) {
    return gates.getOrDefault(gate, Boolean.FALSE);
  }

  /** The arm of {@code split} that a frame with this key meets, as a position in declared order. */
  public int arm(String split, String key) {
    var arms = weights.getOrDefault(split, List.of(1));
    var total = arms.stream().mapToLong(Integer::longValue).sum();
    var point = StickyHash.point(split, key) * total;
    var upTo = 0L;
    for (var arm = 0; arm < arms.size(); arm++) {
      upTo += arms.get(arm);
      if (point < upTo) {
        return arm;
      }
    }
    return arms.size() - 1;
  }
}
