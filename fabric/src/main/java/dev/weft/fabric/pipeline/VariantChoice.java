package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.PipelineManifest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;

/**
 * Variants that were swapped in or are on trial, by place; where it is silent, the manifest holds.
 *
 * @param chosen variant by step, or by {@code step/arm} where the step is split
 * @param candidates variant on trial by step
 */
public record VariantChoice(Map<String, String> chosen, Map<String, String> candidates) {

  public VariantChoice {
    chosen = Collections.unmodifiableMap(new LinkedHashMap<>(chosen));
    candidates = Collections.unmodifiableMap(new LinkedHashMap<>(candidates));
  }

  /** As the manifest says. */
  public static VariantChoice declared() {
    return new VariantChoice(Map.of(), Map.of());
  }

  public VariantChoice with(String step, Optional<String> arm, String variant) {
    var more = new LinkedHashMap<>(chosen);
    more.put(place(step, arm), variant);
    return new VariantChoice(more, candidates);
  }

  /** The same with {@code candidate} on trial at {@code step}, in place of one that is now. */
  public VariantChoice withCandidate(String step, String candidate) {
    var more = new LinkedHashMap<>(candidates);
    more.put(step, candidate);
    return new VariantChoice(chosen, more);
  }

  /** The same with nothing on trial at {@code step}. */
  public VariantChoice withoutCandidate(String step) {
    var less = new LinkedHashMap<>(candidates);
    less.remove(step);
    return new VariantChoice(chosen, less);
  }

  /** What is on trial at {@code step}. */
  public Optional<String> candidate(String step) {
    return Optional.ofNullable(candidates.get(step));
  }

  Optional<String> of(String step, Optional<String> arm) {
    return Optional.ofNullable(chosen.get(place(step, arm)));
  }

  /**
   * @throws IllegalArgumentException if a choice names a step or arm that {@code pipeline} has not,
   *     a split step without its arm, or a candidate at a split step
   */
  void requirePlaces(PipelineManifest pipeline) {
    var places = new LinkedHashSet<String>();
    var whole = new LinkedHashSet<String>();
    for (var step : pipeline.steps()) {
      var split = pipeline.splits().stream().filter(s -> s.step().equals(step.name())).findFirst();
      if (split.isPresent()) {
        split.get().arms().forEach(arm -> places.add(place(step.name(), Optional.of(arm.name()))));
      } else {
        places.add(step.name());
        whole.add(step.name());
      }
    }
    for (var place : chosen.keySet()) {
      if (!places.contains(place)) {
        var arms = places.stream().filter(known -> known.startsWith(place + "/")).toList();
        throw new IllegalArgumentException(
            "step: '%s' (expected: one of %s)"
                .formatted(place, String.join(", ", arms.isEmpty() ? places : arms)));
      }
    }
    for (var step : candidates.keySet()) {
      if (!whole.contains(step)) {
        throw new IllegalArgumentException(
            "step on trial: '%s' (expected: one without a split, of %s)"
                .formatted(step, String.join(", ", whole)));
      }
    }
  }

  private static String place(String step, Optional<String> arm) {
    return arm.map(name -> step + "/" + name).orElse(step);
  }
}
