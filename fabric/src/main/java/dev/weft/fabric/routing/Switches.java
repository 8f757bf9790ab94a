package dev.weft.fabric.routing;

import dev.weft.fabric.manifest.PipelineManifest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The present rules of a pipeline's gates, the present weights of its splits, and what its trials
 * have of the traffic.
 *
 * @param flags whom each gate is on for, by the gate's name
 * @param weights weight of each arm in declared order, by split
 * @param trials what the candidate on trial has of the traffic, by step
 */
public record Switches(
    Map<String, Flag> flags, Map<String, List<Integer>> weights, Map<String, TrialShare> trials) {

  public Switches {
    flags = Collections.unmodifiableMap(new LinkedHashMap<>(flags));
    weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
    trials = Map.copyOf(trials);
  }

  /** As the manifest declares them. */
  public static Switches declaredBy(PipelineManifest pipeline) {
    var flags = new LinkedHashMap<String, Flag>();
    pipeline.gates().forEach(gate -> flags.put(gate.name(), Flag.declaredBy(pipeline, gate)));
    var weights = new LinkedHashMap<String, List<Integer>>();
    for (var split : pipeline.splits()) {
      weights.put(split.name(), split.arms().stream().map(PipelineManifest.Arm::weight).toList());
    }
    return new Switches(flags, weights, Map.of());
  }

  /**
   * What {@code next} declares, with gates and weights as they stand now where {@code before}
   * declared them in the same way: what was moved since stays moved.
   */
  public Switches onto(PipelineManifest before, PipelineManifest next) {
    var declared = declaredBy(next);
    var moved = new LinkedHashMap<>(declared.flags);
    next.gates().stream()
        .filter(before.gates()::contains)
        .forEach(
            gate ->
                Optional.ofNullable(flags.get(gate.name()))
                    .ifPresent(now -> moved.replace(gate.name(), now)));
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
   * The same with one gate opened for all or closed.
   *
   * @throws IllegalArgumentException if there is no such gate
   */
  public Switches withGate(String gate, boolean on) {
    return withFlag(gate, FlagRule.of(on));
  }

  /**
   * The same with one gate under another rule.
   *
   * @throws IllegalArgumentException if there is no such gate
   */
  public Switches withFlag(String gate, FlagRule rule) {
    return with(gate, flag(gate).under(rule));
  }

  /**
   * The same with one gate as the manifest declares it.
   *
   * @throws IllegalArgumentException if there is no such gate
   */
  public Switches asDeclared(String gate, PipelineManifest pipeline) {
    return with(gate, declaredBy(pipeline).flag(gate));
  }

  private Switches with(String gate, Flag flag) {
    var others = new LinkedHashMap<>(flags);
    others.put(gate, flag);
    return new Switches(others, weights, trials);
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
    return new Switches(flags, replaced, trials);
  }

  /** The same with what the candidate at {@code step} has of the traffic. */
  public Switches withTrial(String step, TrialShare share) {
    var more = new LinkedHashMap<>(trials);
    more.put(step, share);
    return new Switches(flags, weights, more);
  }

  /** The same with no trial at {@code step}: its candidate, if it is there, gets nothing. */
  public Switches withoutTrial(String step) {
    var less = new LinkedHashMap<>(trials);
    less.remove(step);
    return new Switches(flags, weights, less);
  }

  /** What the candidate at {@code step} has of the traffic; empty if it has nothing. */
  public Optional<TrialShare> trial(String step) {
    return Optional.ofNullable(trials.get(step));
  }

  /**
   * The flag of a gate.
   *
   * @throws IllegalArgumentException if there is no such gate
   */
  public Flag flag(String gate) {
    var flag = flags.get(gate);
    if (flag == null) {
      throw new IllegalArgumentException(
          "gate: '%s' (expected: one of %s)".formatted(gate, flags.keySet()));
    }
    return flag;
  }

  /**
   * Whether each gate is on for one request, by name.
   *
   * @param keys of the request, by the name of the attribute
   */
  public Map<String, Boolean> positions(UnaryOperator<String> keys) {
    var positions = new LinkedHashMap<String, Boolean>();
    flags.forEach((gate, flag) -> positions.put(gate, flag.isOn(keys)));
    return positions;
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
