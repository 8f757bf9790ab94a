package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.PipelineManifest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;

/**
 * Variants that were swapped in, by place; where it is silent, the manifest holds.
 *
 * @param chosen variant by step, or by {@code step/arm} where the step is split
 */
public record VariantChoice(Map<String, String> chosen) {

  public VariantChoice {
    chosen = Collections.unmodifiableMap(new LinkedHashMap<>(chosen));
  }

  /** As the manifest says. */
  public static VariantChoice declared() {
    return new VariantChoice(Map.of());
  }

  public VariantChoice with(String step, Optional<String> arm, String variant) {
    var more = new LinkedHashMap<>(chosen);
    more.put(place(step, arm), variant);
    return new VariantChoice(more);
  }

  Optional<String> of(String step, Optional<String> arm) {
    return Optional.ofNullable(chosen.get(place(step, arm)));
  }

  /**
   * @throws IllegalArgumentException if a choice names a step or arm that {@code pipeline} has not,
   *     or a split step without its arm
   */
  void requirePlaces(PipelineManifest pipeline) {
    var places = new LinkedHashSet<String>();
    for (var step : pipeline.steps()) {
      var split = pipeline.splits().stream().filter(s -> s.step().equals(step.name())).findFirst();
      split.ifPresentOrElse(
          s -> s.arms().forEach(arm -> places.add(place(step.name(), Optional.of(arm.name())))),
          () -> places.add(step.name()));
    }
    for (var place : chosen.keySet()) {
      if (!places.contains(place)) {
        var arms = places.stream().filter(known -> known.startsWith(place + "/")).toList();
        throw new IllegalArgumentException(
            "step: '%s' (expected: one of %s)"
                .formatted(place, String.join(", ", arms.isEmpty() ? places : arms)));
      }
    }
  }

  private static String place(String step, Optional<String> arm) {
    return arm.map(name -> step + "/" + name).orElse(step);
  }
}
