package dev.weft.fabric.earlier;

import dev.weft.fabric.pipeline.Plan;
import dev.weft.fabric.routing.Switches;
import java.util.Optional;

/**
 * What answers a pipeline's frames at one time. Every swap, trial, promotion, rollback, gate and
 * weight makes another.
 */
public record Running(Optional<Plan> plan, Switches switches) {

  /** Both are replaced as a whole when they change, and going back makes new ones, too. */
  @SuppressWarnings("ReferenceEquality")
  boolean isStill(Running before) {
    return switches == before.switches
        && plan.isPresent()
        && before.plan.isPresent()
        && plan.get() == before.plan.get();
  }
}
