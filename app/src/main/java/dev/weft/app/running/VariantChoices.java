package dev.weft.app.running;

import dev.weft.app.failure.WrongUse;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Arm;
import dev.weft.fabric.manifest.PipelineManifest.Split;
import dev.weft.fabric.manifest.PipelineManifest.Step;
import dev.weft.fabric.manifest.Shadow;
import dev.weft.fabric.manifest.StageManifest;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which variants a pipeline loads, and how a person's choice changes that. */
final class VariantChoices {

  private VariantChoices() {}

  /**
   * The pipeline with other variants.
   *
   * @param variants by {@code step}, or {@code step/arm} where the step is split
   * @throws WrongUse naming the step, arm or variant there is not
   */
  static PipelineManifest applied(
      PipelineManifest pipeline, Map<String, String> variants, Map<String, StageManifest> stages) {
    requirePlaces(pipeline, variants.keySet());
    var steps = pipeline.steps().stream().map(step -> chosen(step, variants, stages)).toList();
    var splits =
        pipeline.splits().stream().map(split -> chosen(split, pipeline, variants, stages)).toList();
    return new PipelineManifest(
        pipeline.origin(),
        pipeline.name(),
        pipeline.summary(),
        pipeline.owner(),
        pipeline.deadline(),
        pipeline.lane(),
        pipeline.door(),
        pipeline.pairing(),
        pipeline.capture(),
        pipeline.reach(),
        pipeline.inputs(),
        steps,
        pipeline.outputs(),
        pipeline.state(),
        pipeline.gates(),
        splits,
        pipeline.labels());
  }

  private static void requirePlaces(PipelineManifest pipeline, Set<String> wanted) {
    var places = new TreeSet<String>();
    pipeline.steps().forEach(step -> places.add(step.name()));
    for (var split : pipeline.splits()) {
      places.remove(split.step());
      split.arms().forEach(arm -> places.add(split.step() + "/" + arm.name()));
    }
    for (var place : wanted) {
      if (!places.contains(place)) {
        throw new WrongUse(
            "step: '%s' (expected: one of %s)".formatted(place, String.join(", ", places)));
      }
    }
  }

  private static Step chosen(
      Step step, Map<String, String> variants, Map<String, StageManifest> stages) {
    var variant = variants.get(step.name());
    if (variant == null) {
      return step;
    }
    requireVariant(stages, step.stage(), variant);
    // What degrades to the chosen variant, or shadows it, would be no other variant any more.
    return new Step(
        step.name(),
        step.stage(),
        Optional.of(variant),
        step.inputs(),
        step.when(),
        step.optional(),
        step.gate(),
        step.standIns(),
        step.degrade().stream()
            .filter(degrade -> degrade.otherVariant().filter(variant::equals).isEmpty())
            .toList(),
        step.shadow().filter(shadow -> !shadow.variant().equals(variant)));
  }

  private static Split chosen(
      Split split,
      PipelineManifest pipeline,
      Map<String, String> variants,
      Map<String, StageManifest> stages) {
    var arms =
        split.arms().stream()
            .map(
                arm -> {
                  var variant = variants.get(split.step() + "/" + arm.name());
                  if (variant == null) {
                    return arm;
                  }
                  requireVariant(stages, stage(arm, split, pipeline), variant);
                  return new Arm(arm.name(), arm.stage(), Optional.of(variant), arm.weight());
                })
            .toList();
    return new Split(split.name(), split.step(), split.stickyBy(), arms);
  }

  private static void requireVariant(
      Map<String, StageManifest> stages, String stage, String variant) {
    var manifest = stages.get(stage);
    if (manifest != null && manifest.variant(variant).isEmpty()) {
      var names = manifest.variants().stream().map(each -> each.name()).toList();
      throw new WrongUse(
          "variant: '%s' of stage '%s' (expected: one of %s)"
              .formatted(variant, stage, String.join(", ", names)));
    }
  }

  private static String stage(Arm arm, Split split, PipelineManifest pipeline) {
    return arm.stage().or(() -> pipeline.step(split.step()).map(Step::stage)).orElse(split.step());
  }

  /** Names of the variants that a pipeline loads at its start, by stage. */
  static Map<String, Set<String>> loaded(
      PipelineManifest pipeline, Map<String, StageManifest> stages) {
    var loaded = new LinkedHashMap<String, Set<String>>();
    var split = pipeline.splits().stream().map(Split::step).toList();
    for (var step : pipeline.steps()) {
      if (!split.contains(step.name())) {
        add(loaded, stages, step.stage(), step.variant());
      }
      for (var degrade : step.degrade()) {
        if (degrade.otherVariant().isPresent()) {
          add(loaded, stages, step.stage(), degrade.otherVariant());
        }
      }
      if (step.shadow().isPresent()) {
        add(loaded, stages, step.stage(), step.shadow().map(Shadow::variant));
      }
    }
    for (var each : pipeline.splits()) {
      var ofStep = pipeline.step(each.step()).flatMap(Step::variant);
      for (var arm : each.arms()) {
        var variant = arm.stage().isPresent() ? arm.variant() : arm.variant().or(() -> ofStep);
        add(loaded, stages, stage(arm, each, pipeline), variant);
      }
    }
    return loaded;
  }

  private static void add(
      Map<String, Set<String>> loaded,
      Map<String, StageManifest> stages,
      String stage,
      Optional<String> variant) {
    var manifest = Optional.ofNullable(stages.get(stage));
    var name = variant.or(() -> manifest.map(each -> each.defaultVariant().name()));
    name.ifPresent(each -> loaded.computeIfAbsent(stage, _ -> new LinkedHashSet<>()).add(each));
  }

  /**
   * Name of the stage that runs at a step, or on one arm of it; empty if there is no such place.
   */
  static Optional<String> stageAt(PipelineManifest pipeline, String step, Optional<String> arm) {
    if (arm.isEmpty()) {
      return pipeline.step(step).map(Step::stage);
    }
    for (var split : pipeline.splits()) {
      for (var each : split.arms()) {
        if (split.step().equals(step) && arm.get().equals(each.name())) {
          return Optional.of(stage(each, split, pipeline));
        }
      }
    }
    return Optional.empty();
  }

  /** The stage with these variants alone. */
  static StageManifest only(StageManifest stage, Set<String> names) {
    return new StageManifest(
        stage.origin(),
        stage.name(),
        stage.summary(),
        stage.owner(),
        stage.uses(),
        stage.abiVersion(),
        stage.abi(),
        stage.variants().stream().filter(each -> names.contains(each.name())).toList(),
        stage.options(),
        stage.files(),
        stage.budget(),
        stage.queue(),
        stage.batching(),
        stage.isolation(),
        stage.required(),
        stage.nodeClasses(),
        stage.residency(),
        stage.labels());
  }
}
