package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.Degrade;
import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.LoadCondition.Measure;
import dev.weft.fabric.manifest.LoadCondition.Reading;
import dev.weft.fabric.pipeline.Plan.PlanDegrade;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import org.jspecify.annotations.Nullable;

/**
 * How loaded a node is as one frame sees it before one step.
 *
 * @param othersNanos what the frame's other steps are expected to take
 */
record StepLoad(NodeLoad node, StageInlet inlet, Lane lane, long leftNanos, long othersNanos)
    implements Reading {

  /** What {@code step} does instead of running as declared; null if it runs. */
  @Nullable PlanDegrade degrade(PlanStep step) {
    for (var i = 0; i < step.degrade().size(); i++) {
      var candidate = step.degrade().get(i);
      Degrade declared = candidate.declared();
      if (declared.when().holds(this)) {
        return candidate;
      }
    }
    return null;
  }

  @Override
  public double of(Measure measure) {
    return switch (measure) {
      case CPU -> node.cpu();
      case MEMORY -> node.memory();
      case LEVEL -> node.level();
      case QUEUE -> inlet.fill(lane);
      case SLACK -> (leftNanos - othersNanos) / 1e9;
    };
  }
}
