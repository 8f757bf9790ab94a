package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.Degrade;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.Shadow;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.StandIn;
import dev.weft.fabric.manifest.TensorRef;
import dev.weft.fabric.pipeline.Plan.OutputSlot;
import dev.weft.fabric.pipeline.Plan.PlanArm;
import dev.weft.fabric.pipeline.Plan.PlanCondition;
import dev.weft.fabric.pipeline.Plan.PlanDegrade;
import dev.weft.fabric.pipeline.Plan.PlanShadow;
import dev.weft.fabric.pipeline.Plan.PlanStandIn;
import dev.weft.fabric.pipeline.Plan.PlanStep;
import dev.weft.fabric.pipeline.Plan.PlanTrial;
import dev.weft.stages.spi.TensorSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Turns a checked pipeline manifest into a {@link Plan}. */
final class PlanCompiler {

  private final PipelineManifest pipeline;
  private final Map<String, StageManifest> stages;
  private final VariantChoice variants;
  private final Map<TensorRef, Integer> slots = new HashMap<>();
  private final Map<String, Integer> positions = new HashMap<>();
  private final List<Set<String>> predecessors = new ArrayList<>();

  private PlanCompiler(
      PipelineManifest pipeline, Map<String, StageManifest> stages, VariantChoice variants) {
    this.pipeline = pipeline;
    this.stages = stages;
    this.variants = variants;
  }

  /**
   * @param pipeline whose wiring has been checked against {@code stages}
   * @param variants which variants run where, beyond what the manifest says
   * @throws IllegalArgumentException if the manifest was not checked and does not hold together
   */
  static Plan compile(
      PipelineManifest pipeline, Map<String, StageManifest> stages, VariantChoice variants) {
    return new PlanCompiler(pipeline, stages, variants).compile();
  }

  private Plan compile() {
    assignSlots();
    pipeline.steps().forEach(step -> predecessors.add(predecessorsOf(step)));
    requireAcyclic();
    variants.requirePlaces(pipeline);
    var steps = new ArrayList<PlanStep>();
    for (var i = 0; i < pipeline.steps().size(); i++) {
      steps.add(compile(i, pipeline.steps().get(i)));
    }
    var outputs =
        pipeline.outputs().stream()
            .map(output -> new OutputSlot(output.name(), slot(output.from())))
            .toList();
    return new Plan(pipeline, steps, outputs, slots.size());
  }

  private void assignSlots() {
    for (var input : pipeline.inputs()) {
      slots.put(TensorRef.input(input.spec().name()), slots.size());
    }
    for (var i = 0; i < pipeline.steps().size(); i++) {
      var step = pipeline.steps().get(i);
      positions.put(step.name(), i);
      for (var output : stage(step).abi().outputs()) {
        slots.put(TensorRef.output(step.name(), output.name()), slots.size());
      }
    }
  }

  private PlanStep compile(int index, PipelineManifest.Step step) {
    var stage = stage(step);
    var split = pipeline.splits().stream().filter(s -> s.step().equals(step.name())).findFirst();
    var outputs = stage.abi().outputs();
    var arms = new ArrayList<PlanArm>();
    split.ifPresentOrElse(s -> arms.addAll(arms(step, s)), () -> arms.add(singleArm(step, stage)));
    var degrade = step.degrade().stream().map(each -> degrade(each, stage, arms)).toList();
    var shadow = step.shadow().map(each -> shadow(each, stage, arms));
    var trial = variants.candidate(step.name()).map(each -> trial(each, stage, arms));
    return new PlanStep(
        index,
        step.name(),
        stage.abi(),
        stage.abi().inputs().stream().mapToInt(input -> inputSlot(step, input)).toArray(),
        outputs.isEmpty() ? 0 : slot(TensorRef.output(step.name(), outputs.getFirst().name())),
        predecessors.get(index).size(),
        successors(step.name()),
        step.when().map(when -> new PlanCondition(when, slot(when.tensor()))),
        step.gate(),
        step.optional().orElse(!stage.required()),
        outputs.stream().map(output -> standIn(step, output)).toList(),
        split,
        arms,
        degrade,
        shadow,
        trial);
  }

  private static PlanDegrade degrade(Degrade declared, StageManifest stage, List<PlanArm> arms) {
    if (declared.otherVariant().isEmpty()) {
      return new PlanDegrade(declared, -1);
    }
    arms.add(new PlanArm(stage.name(), declared.otherVariant().get()));
    return new PlanDegrade(declared, arms.size() - 1);
  }

  private static PlanShadow shadow(Shadow declared, StageManifest stage, List<PlanArm> arms) {
    arms.add(new PlanArm(stage.name(), declared.variant()));
    return new PlanShadow(arms.size() - 1, declared.percent());
  }

  private static PlanTrial trial(String candidate, StageManifest stage, List<PlanArm> arms) {
    arms.add(new PlanArm(stage.name(), candidate));
    return new PlanTrial(arms.size() - 1);
  }

  private PlanArm singleArm(PipelineManifest.Step step, StageManifest stage) {
    var declared = step.variant().orElse(stage.defaultVariant().name());
    return new PlanArm(stage.name(), variants.of(step.name(), Optional.empty()).orElse(declared));
  }

  private List<PlanArm> arms(PipelineManifest.Step step, PipelineManifest.Split split) {
    return split.arms().stream().map(arm -> arm(step, arm)).toList();
  }

  private PlanArm arm(PipelineManifest.Step step, PipelineManifest.Arm arm) {
    var stage = arm.stage().map(this::stage).orElseGet(() -> stage(step));
    var declared =
        arm.variant()
            .or(() -> arm.stage().isPresent() ? Optional.empty() : step.variant())
            .orElse(stage.defaultVariant().name());
    return new PlanArm(
        stage.name(), variants.of(step.name(), Optional.of(arm.name())).orElse(declared));
  }

  private Optional<PlanStandIn> standIn(PipelineManifest.Step step, TensorSpec output) {
    return Optional.ofNullable(step.standIns().get(output.name()))
        .map(
            declared ->
                switch (declared) {
                  case StandIn.FromTensor(var source) -> new PlanStandIn(declared, slot(source));
                  case StandIn.Constant _ -> new PlanStandIn(declared, -1);
                });
  }

  private Set<String> predecessorsOf(PipelineManifest.Step step) {
    var sources = new ArrayList<>(step.inputs().values());
    step.when().ifPresent(when -> sources.add(when.tensor()));
    for (var standIn : step.standIns().values()) {
      if (standIn instanceof StandIn.FromTensor(var source)) {
        sources.add(source);
      }
    }
    var names = new LinkedHashSet<String>();
    sources.forEach(source -> source.step().ifPresent(names::add));
    return names;
  }

  private int[] successors(String step) {
    var found = new TreeSet<Integer>();
    for (var i = 0; i < predecessors.size(); i++) {
      if (predecessors.get(i).contains(step)) {
        found.add(i);
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  private void requireAcyclic() {
    var left = new TreeMap<Integer, Set<String>>();
    for (var i = 0; i < predecessors.size(); i++) {
      left.put(i, new LinkedHashSet<>(predecessors.get(i)));
    }
    while (!left.isEmpty()) {
      var ready = left.entrySet().stream().filter(entry -> entry.getValue().isEmpty()).findFirst();
      if (ready.isEmpty()) {
        var names = left.keySet().stream().map(i -> pipeline.steps().get(i).name()).toList();
        throw new IllegalArgumentException("steps: " + names + " (expected: no cycle)");
      }
      left.remove(ready.get().getKey());
      var done = pipeline.steps().get(ready.get().getKey()).name();
      left.values().forEach(names -> names.remove(done));
    }
  }

  private int inputSlot(PipelineManifest.Step step, TensorSpec input) {
    var source = step.inputs().get(input.name());
    if (source == null) {
      throw new IllegalArgumentException(
          "step '%s': input '%s' (expected: a source)".formatted(step.name(), input.name()));
    }
    return slot(source);
  }

  private int slot(TensorRef ref) {
    var slot = slots.get(ref);
    if (slot == null) {
      throw new IllegalArgumentException(
          "tensor: '%s' (expected: one of %s)".formatted(ref, slots.keySet()));
    }
    return slot;
  }

  private StageManifest stage(PipelineManifest.Step step) {
    return stage(step.stage());
  }

  private StageManifest stage(String name) {
    var stage = stages.get(name);
    if (stage == null) {
      throw new IllegalArgumentException(
          "stage: '%s' (expected: one of %s)".formatted(name, stages.keySet()));
    }
    return stage;
  }
}
