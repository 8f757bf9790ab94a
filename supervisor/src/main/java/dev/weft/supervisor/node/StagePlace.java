package dev.weft.supervisor.node;

import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.Plan;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One step without a split, of one pipeline, as it runs now. */
record StagePlace(Pipeline pipeline, PlanStep step) {

  /** Those of {@code pipelines} that run {@code stage}. */
  static List<StagePlace> all(List<Pipeline> pipelines, String stage) {
    var places = new ArrayList<StagePlace>();
    for (var pipeline : pipelines) {
      for (var step : pipeline.plan().map(Plan::steps).orElse(List.of())) {
        if (step.split().isEmpty() && step.arms().getFirst().stage().equals(stage)) {
          places.add(new StagePlace(pipeline, step));
        }
      }
    }
    return places;
  }

  /** The same after a change. */
  StagePlace now() {
    return pipeline
        .plan()
        .map(plan -> new StagePlace(pipeline, plan.steps().get(step.index())))
        .orElse(this);
  }

  /** The variant that answers what no candidate does. */
  String running() {
    return step.arms().getFirst().variant();
  }

  Optional<String> candidate() {
    return step.trial().map(trial -> step.arms().get(trial.arm()).variant());
  }

  /** The stage, with the variants that its pipeline knows. */
  Optional<StageManifest> declared() {
    return Optional.ofNullable(pipeline.stages().get(step.arms().getFirst().stage()));
  }

  CompletableFuture<Void> swap(String variant) {
    return candidate().isPresent() && candidate().get().equals(variant)
        ? pipeline.promote(step.name())
        : endTrial().thenCompose(_ -> pipeline.swap(step.name(), variant));
  }

  CompletableFuture<Void> endTrial() {
    return candidate().isPresent()
        ? pipeline.endTrial(step.name())
        : CompletableFuture.completedFuture(null);
  }
}
