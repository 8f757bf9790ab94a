package dev.weft.cluster.fleet;

import dev.weft.cluster.artifact.DeclaredVariant;
import dev.weft.cluster.site.SiteName;
import java.util.List;
import java.util.Optional;

/**
 * What a region tells a node about a stage.
 *
 * @param variant of the rollout of this epoch
 * @param epoch counts the rollouts of the stage in the fleet from 1
 * @param region whose journal counts it
 * @param takenBack epochs before this one, and this one if it is so ordered, of which nothing may
 *     stay; the last {@value FleetRollout#TAKEN_BACK_MAX}
 * @param manifest of the rollout; empty unless {@code order} is {@link Order#BEGIN}
 * @param declared the variant, for a node whose manifest does not have it; empty if the region does
 *     not know it, or is of a release in which no models travel
 */
public record Instruction(
    String stage,
    String variant,
    long epoch,
    SiteName region,
    Order order,
    List<Long> takenBack,
    String manifest,
    Optional<DeclaredVariant> declared) {

  public Instruction {
    takenBack = List.copyOf(takenBack);
    if (stage.isEmpty() || variant.isEmpty() || epoch < 1) {
      throw new IllegalArgumentException(
          "stage '%s', variant '%s', epoch %d (expected: a stage, a variant, >= 1)"
              .formatted(stage, variant, epoch));
    }
    for (var other : declared.stream().toList()) {
      if (!other.stage().equals(stage) || !other.name().equals(variant)) {
        throw new IllegalArgumentException(
            "declared: variant '%s' of stage '%s' (expected: '%s' of '%s')"
                .formatted(other.name(), other.stage(), variant, stage));
      }
    }
  }
}
