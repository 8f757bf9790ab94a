package dev.weft.fabric.pipeline;

import java.util.Collections;
import java.util.LinkedHashMap;
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

  private static String place(String step, Optional<String> arm) {
    return arm.map(name -> step + "/" + name).orElse(step);
  }
}
