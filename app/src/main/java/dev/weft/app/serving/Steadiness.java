package dev.weft.app.serving;

import dev.weft.app.running.Selection;
import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.negotiation.Negotiation;
import dev.weft.fabric.negotiation.NodeAbilities;
import dev.weft.fabric.pipeline.Plan;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.pipeline.VariantChoice;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Whether another pipeline may take the place of one that runs: not while a candidate is on trial
 * there, and not if that would take back, unasked, a variant that somebody had put in its place.
 */
final class Steadiness {

  private Steadiness() {}

  /**
   * Why a change cannot be made to a pipeline now, for a rollout is under way of a stage of its, or
   * as below; empty if it can.
   *
   * @param running one that leaves by {@code change}
   */
  static Optional<String> obstacle(
      Pipeline running, SetChange change, Reloading.Rollouts rollouts) {
    var next =
        change.replace().stream().filter(each -> each.name().equals(running.name())).findFirst();
    return rollouts
        .apply(new TreeSet<>(running.stages().keySet()))
        .or(() -> running.plan().flatMap(plan -> obstacle(plan, running.stages(), next)));
  }

  /**
   * Why a pipeline cannot be replaced or ended now; empty if it can.
   *
   * @param running what runs
   * @param declared the stages of the pipeline that runs, by name
   * @param next what is to take its place; empty if nothing is
   */
  private static Optional<String> obstacle(
      Plan running, Map<String, StageManifest> declared, Optional<Selection> next) {
    var name = running.manifest().name();
    for (var step : running.steps()) {
      if (step.trial().isPresent()) {
        return Optional.of(
            "pipeline '%s': step '%s' has a candidate on trial (expected: none; the change is taken"
                    .formatted(name, step.name())
                + " when that has ended)");
      }
    }
    return next.flatMap(
        selection ->
            takenBack(
                running,
                steps(running.manifest(), declared),
                steps(
                    selection.pipeline(),
                    Negotiation.settled(selection.stages(), NodeAbilities.here()))));
  }

  private static Optional<String> takenBack(
      Plan running, Map<String, PlanStep> declared, Map<String, PlanStep> next) {
    for (var step : running.steps()) {
      var asDeclared = declared.get(step.name());
      var then = next.get(step.name());
      if (asDeclared != null
          && then != null
          && !step.arms().equals(asDeclared.arms())
          && !step.arms().equals(then.arms())) {
        return Optional.of(
            "pipeline '%s': step '%s' runs %s, which was swapped in (expected: a manifest that says"
                    .formatted(running.manifest().name(), step.name(), step.arms())
                + " so, or it swapped back)");
      }
    }
    return Optional.empty();
  }

  private static Map<String, PlanStep> steps(
      PipelineManifest pipeline, Map<String, StageManifest> stages) {
    return Plan.compile(pipeline, stages, VariantChoice.declared()).steps().stream()
        .collect(Collectors.toMap(PlanStep::name, Function.identity()));
  }
}
