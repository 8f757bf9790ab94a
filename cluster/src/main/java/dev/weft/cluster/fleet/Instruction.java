package dev.weft.cluster.fleet;

import dev.weft.cluster.site.SiteName;
import java.util.List;

/**
 * What a region tells a node about a stage.
 *
 * @param variant of the rollout of this epoch
 * @param epoch counts the rollouts of the stage in the fleet from 1
 * @param region whose journal counts it
 * @param takenBack epochs before this one, and this one if it is so ordered, of which nothing may
 *     stay; the last {@value FleetRollout#TAKEN_BACK_MAX}
 * @param manifest of the rollout; empty unless {@code order} is {@link Order#BEGIN}
 */
public record Instruction(
    String stage,
    String variant,
    long epoch,
    SiteName region,
    Order order,
    List<Long> takenBack,
    String manifest) {

  public Instruction {
    takenBack = List.copyOf(takenBack);
    if (stage.isEmpty() || variant.isEmpty() || epoch < 1) {
      throw new IllegalArgumentException(
          "stage '%s', variant '%s', epoch %d (expected: a stage, a variant, >= 1)"
              .formatted(stage, variant, epoch));
    }
  }
}
