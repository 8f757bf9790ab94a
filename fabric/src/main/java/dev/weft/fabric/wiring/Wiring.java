package dev.weft.fabric.wiring;

import dev.weft.fabric.manifest.Condition;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Step;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.StandIn;
import dev.weft.fabric.manifest.TensorRef;
import dev.weft.fabric.manifest.Variant;
import dev.weft.fabric.problem.Findings;
import dev.weft.fabric.problem.NearestName;
import dev.weft.fabric.problem.Problem;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Checks that the parts of a pipeline fit together before anything loads: that every reference
 * points to something, that both ends of every edge agree, that nothing needs itself, and that what
 * must be answered is always there.
 */
public final class Wiring {

  private final PipelineManifest pipeline;
  private final Neighbours neighbours;
  private final Findings findings;
  private final TensorSources sources;
  private final DimUnifier dims = new DimUnifier();

  private Wiring(PipelineManifest pipeline, Neighbours neighbours, Findings findings) {
    this.pipeline = pipeline;
    this.neighbours = neighbours;
    this.findings = findings;
    this.sources = new TensorSources(pipeline, neighbours, findings);
  }

  /** Everything wrong with {@code pipeline} and the stages it uses, for one made in code. */
  public static List<Problem> problems(
      PipelineManifest pipeline, Map<String, StageManifest> stages) {
    var problems = new ArrayList<Problem>();
    var findings = new Findings(pipeline.origin());
    new DistinctParts(pipeline, findings).check();
    check(pipeline, Neighbours.of(stages), findings);
    problems.addAll(findings.errors());
    for (var name : stagesOf(pipeline)) {
      var stage = Optional.ofNullable(stages.get(name));
      stage.ifPresent(known -> problems.addAll(problems(known)));
    }
    return List.copyOf(problems);
  }

  private static List<Problem> problems(StageManifest stage) {
    var findings = new Findings(stage.origin());
    new StageCheck(stage, findings).check();
    return findings.errors();
  }

  private static Set<String> stagesOf(PipelineManifest pipeline) {
    var names = new LinkedHashSet<String>();
    pipeline.steps().forEach(step -> names.add(step.stage()));
    pipeline.splits().stream()
        .flatMap(split -> split.arms().stream())
        .forEach(arm -> arm.stage().ifPresent(names::add));
    return names;
  }

  public static void check(PipelineManifest pipeline, Neighbours neighbours, Findings findings) {
    new Wiring(pipeline, neighbours, findings).check();
  }

  private void check() {
    var load = new LoadCheck(pipeline, neighbours, findings);
    for (var i = 0; i < pipeline.steps().size(); i++) {
      var step = pipeline.steps().get(i);
      var path = Findings.join("steps", i);
      checkStage(step, path);
      checkGate(step, path);
      sources.abi(step).ifPresent(abi -> checkInputs(step, abi, path));
      if (sources.abi(step).isEmpty()) {
        step.inputs().forEach((name, from) -> sources.resolve(from, path + ".inputs." + name));
      }
      step.when().ifPresent(when -> checkCondition(when, path + ".when"));
      step.standIns().forEach((output, with) -> checkStandIn(step, output, with, path));
      load.check(step, path);
    }
    var order = StepOrder.of(pipeline.steps());
    order.cycles().forEach(this::reportCycle);
    checkOutputs(new Presence(pipeline, order, this::isRequired));
    new SplitCheck(pipeline, neighbours, sources, findings).check();
    new DoorCheck(pipeline, findings).check();
    new ReachCheck(pipeline, neighbours, findings).check();
    new StateCheck(pipeline, sources, dims, findings).check();
    warnOfUnused();
  }

  private boolean isRequired(String stage) {
    var manifest = neighbours.stages().get(stage);
    return manifest == null || manifest.required();
  }

  private void checkStage(Step step, String path) {
    var stage = neighbours.stages().get(step.stage());
    if (stage == null) {
      reportUnknownStage(step.stage(), path + ".stage", neighbours, findings);
    } else if (step.variant().isPresent()) {
      checkVariant(stage, step.variant().get(), path + ".variant", neighbours, findings);
    }
  }

  /** Reports a stage that is not there, unless a document that was not readable may hold it. */
  static void reportUnknownStage(
      String stage, String path, Neighbours neighbours, Findings findings) {
    var known = neighbours.stages().keySet().stream().sorted().toList();
    var isCertain = neighbours.complete() || NearestName.of(stage, known).isPresent();
    if (isCertain && !stage.isEmpty()) {
      findings.error(path, "'" + stage + "'", NearestName.expected("a stage", stage, known));
    }
  }

  static void checkVariant(
      StageManifest stage, String variant, String path, Neighbours neighbours, Findings findings) {
    if (stage.variant(variant).isEmpty() && !neighbours.unsureVariants().contains(stage.name())) {
      var names = stage.variants().stream().map(Variant::name).toList();
      var what = "a variant of stage '%s'".formatted(stage.name());
      findings.error(path, "'" + variant + "'", NearestName.expected(what, variant, names));
    }
  }

  private void checkGate(Step step, String path) {
    var names = pipeline.gates().stream().map(PipelineManifest.Gate::name).toList();
    if (step.gate().isPresent() && !names.contains(step.gate().get())) {
      var gate = step.gate().get();
      var expected = NearestName.expected("a gate of the pipeline", gate, names);
      if (!findings.isUnread("gates")) {
        findings.error(path + ".gate", "'" + gate + "'", expected);
      }
    }
  }

  private void checkInputs(Step step, Signature abi, String path) {
    var names = abi.inputs().stream().map(TensorSpec::name).toList();
    var hinted = new HashSet<String>();
    for (var given : step.inputs().entrySet()) {
      var at = path + ".inputs." + given.getKey();
      var source = sources.resolve(given.getValue(), at);
      var index = abi.inputIndex(given.getKey());
      if (index < 0) {
        NearestName.of(given.getKey(), names).ifPresent(hinted::add);
        var what = "an input of stage '%s'".formatted(step.stage());
        var expected = NearestName.expected(what, given.getKey(), names);
        findings.errorInName(at, "'" + given.getKey() + "'", expected);
      } else if (source.isPresent()) {
        checkEdge(step, abi.inputs().get(index), given.getValue(), source.get(), at);
      }
    }
    for (var input : abi.inputs()) {
      var at = path + ".inputs." + input.name();
      var isGiven = step.inputs().containsKey(input.name()) || hinted.contains(input.name());
      if (!isGiven && !findings.isBroken(at) && !findings.isUnread(path + ".inputs")) {
        var value = "%s.%s is not connected".formatted(step.name(), input);
        findings.error(at, value, "a pipeline input or step.output");
      }
    }
  }

  private void checkEdge(
      Step step, TensorSpec wanted, TensorRef reference, TensorSpec given, String path) {
    var differences = new ArrayList<>(TensorMatch.differences(wanted, given));
    var scope = reference.step().map(name -> "step " + name).orElse("inputs");
    for (var axis = 0; axis < wanted.rank() && wanted.rank() == given.rank(); axis++) {
      var at = axis;
      dims.unify("step " + step.name(), wanted.shape().get(axis), scope, given.shape().get(axis))
          .ifPresent(why -> differences.add("dimension %d: %s".formatted(at, why)));
    }
    if (!differences.isEmpty()) {
      var value = bothEnds(step, wanted, reference, given);
      findings.error(path, value, "the same on both ends: " + String.join(", ", differences));
    }
  }

  private static String bothEnds(
      Step step, TensorSpec wanted, TensorRef reference, TensorSpec given) {
    var source = reference.step().map(name -> name + ".").orElse("");
    return "%s.%s <- %s%s".formatted(step.name(), wanted, source, given);
  }

  private void checkCondition(Condition condition, String path) {
    var tensor = sources.resolve(condition.tensor(), path);
    if (tensor.isPresent()
        && tensor.get().datatype() == Datatype.BYTES
        && condition.reduction() != Condition.Reduction.COUNT) {
      findings.error(path, "'%s' of %s".formatted(condition, tensor.get()), "count of BYTES");
    }
  }

  private void checkStandIn(Step step, String output, StandIn standIn, String stepPath) {
    var path = stepPath + ".standIn." + output;
    var source =
        standIn instanceof StandIn.FromTensor(var reference)
            ? sources.resolve(reference, path)
            : Optional.<TensorSpec>empty();
    var abi = sources.abi(step);
    if (abi.isEmpty()) {
      return;
    }
    var index = abi.get().outputIndex(output);
    if (index < 0) {
      var names = abi.get().outputs().stream().map(TensorSpec::name).toList();
      var what = "an output of stage '%s'".formatted(step.stage());
      findings.errorInName(path, "'" + output + "'", NearestName.expected(what, output, names));
      return;
    }
    var wanted = abi.get().outputs().get(index);
    switch (standIn) {
      case StandIn.Constant constant ->
          ConstantCheck.problem(wanted, constant)
              .ifPresent(
                  why ->
                      findings.error(
                          path, "%s.%s <- a constant".formatted(step.name(), wanted), why));
      case StandIn.FromTensor(var reference) ->
          source.ifPresent(given -> checkTensorStandIn(step, wanted, reference, given, path));
    }
  }

  private void checkTensorStandIn(
      Step step, TensorSpec wanted, TensorRef reference, TensorSpec given, String path) {
    var differences = new ArrayList<>(TensorMatch.differences(wanted, given));
    differences.addAll(TensorMatch.sizeDifferences(wanted, given));
    if (!differences.isEmpty()) {
      var value = bothEnds(step, wanted, reference, given);
      findings.error(path, value, "the same on both ends: " + String.join(", ", differences));
    }
  }

  private void reportCycle(List<StepOrder.Need> cycle) {
    var names = pipeline.steps().stream().map(Step::name).toList();
    var first = cycle.getFirst().step();
    var flow = cycle.reversed().stream().map(StepOrder.Need::step).toList();
    var value = "cycle %s -> %s".formatted(first, String.join(" -> ", flow));
    var needs = cycle.stream().map(StepOrder.Need::toString).collect(Collectors.joining(", "));
    findings.error(
        Findings.join("steps", names.indexOf(first)),
        value,
        "no step that needs its own outputs; here " + needs);
  }

  private void checkOutputs(Presence presence) {
    for (var output : pipeline.outputs()) {
      var place = "outputs." + output.name();
      var path = findings.hasValue(place + ".from") ? place + ".from" : place;
      var source = sources.resolve(output.from(), path);
      if (source.isPresent() && output.required()) {
        var longForm = "{from: %s, required: false}".formatted(output.from());
        presence
            .absence(output.from())
            .ifPresent(
                why ->
                    findings.error(
                        path,
                        "%s may be absent: %s".formatted(output.from(), why),
                        "always there; give the step a standIn, or write this output as "
                            + longForm));
      }
    }
  }

  private void warnOfUnused() {
    var gates =
        pipeline.steps().stream().flatMap(step -> step.gate().stream()).collect(Collectors.toSet());
    for (var gate : pipeline.gates()) {
      if (!gates.contains(gate.name())) {
        findings.warning("gates." + gate.name(), "used by no step", "a step with this gate");
      }
    }
    for (var i = 0; i < pipeline.inputs().size(); i++) {
      var name = pipeline.inputs().get(i).spec().name();
      if (!sources.isInputUsed(name)) {
        findings.warning(
            Findings.join("inputs", i), "'%s' is used by no step".formatted(name), "a use");
      }
    }
    for (var i = 0; i < pipeline.steps().size(); i++) {
      var step = pipeline.steps().get(i);
      if (!sources.isStepUsed(step)) {
        var value = "nobody uses an output of '%s'".formatted(step.name());
        findings.warning(Findings.join("steps", i), value, "a step or pipeline output that does");
      }
    }
  }
}
