package dev.weft.fabric.wiring;

import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Step;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.TensorRef;
import dev.weft.fabric.problem.Findings;
import dev.weft.fabric.problem.NearestName;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.TensorSpec;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds what the references of a pipeline point to, and reports those that point nowhere. */
final class TensorSources {

  private final PipelineManifest pipeline;
  private final Neighbours neighbours;
  private final Findings findings;
  private final Map<String, Step> steps = new LinkedHashMap<>();
  private final Map<String, TensorSpec> inputs = new LinkedHashMap<>();
  private final Set<TensorRef> used = new HashSet<>();

  TensorSources(PipelineManifest pipeline, Neighbours neighbours, Findings findings) {
    this.pipeline = pipeline;
    this.neighbours = neighbours;
    this.findings = findings;
    pipeline.steps().forEach(step -> steps.putIfAbsent(step.name(), step));
    pipeline.inputs().forEach(input -> inputs.putIfAbsent(input.spec().name(), input.spec()));
  }

  /** The ABI of a step's stage, if there is such a stage and its ABI could be read. */
  Optional<Signature> abi(Step step) {
    return abi(step.stage());
  }

  Optional<Signature> abi(String stage) {
    return neighbours.unsureAbi().contains(stage)
        ? Optional.empty()
        : Optional.ofNullable(neighbours.stages().get(stage)).map(StageManifest::abi);
  }

  /** The tensor {@code reference} points to; empty if that is nothing, which is then reported. */
  Optional<TensorSpec> resolve(TensorRef reference, String path) {
    used.add(reference);
    return reference.step().isEmpty()
        ? input(reference.tensor(), path)
        : output(reference.step().get(), reference.tensor(), path);
  }

  boolean isInputUsed(String input) {
    return used.contains(TensorRef.input(input));
  }

  boolean isStepUsed(Step step) {
    return used.stream()
        .anyMatch(reference -> reference.step().filter(step.name()::equals).isPresent());
  }

  private Optional<TensorSpec> input(String name, String path) {
    var input = Optional.ofNullable(inputs.get(name));
    if (input.isEmpty() && steps.containsKey(name)) {
      findings.error(
          path,
          "'" + name + "'",
          "an output of step '%1$s', such as %1$s.%2$s".formatted(name, anyOutput(name)));
    } else if (input.isEmpty() && !findings.isBroken("inputs")) {
      var expected =
          NearestName.expected("an input of the pipeline, or step.output", name, inputs.keySet());
      findings.error(path, "'" + name + "'", expected);
    }
    return input;
  }

  private String anyOutput(String step) {
    return Optional.ofNullable(steps.get(step))
        .flatMap(this::abi)
        .flatMap(abi -> abi.outputs().stream().findFirst())
        .map(TensorSpec::name)
        .orElse("output");
  }

  private Optional<TensorSpec> output(String stepName, String tensor, String path) {
    var step = Optional.ofNullable(steps.get(stepName));
    if (step.isEmpty()) {
      var isNameless = pipeline.steps().stream().anyMatch(other -> other.name().isEmpty());
      if (!isNameless || NearestName.of(stepName, steps.keySet()).isPresent()) {
        var shown = "'%s.%s'".formatted(stepName, tensor);
        findings.error(path, shown, NearestName.expected("a step", stepName, steps.keySet()));
      }
      return Optional.empty();
    }
    var abi = step.flatMap(this::abi);
    if (abi.isEmpty()) {
      return Optional.empty();
    }
    var index = abi.get().outputIndex(tensor);
    if (index < 0) {
      var names = abi.get().outputs().stream().map(TensorSpec::name).toList();
      var what = "an output of step '%s'".formatted(stepName);
      var shown = "'%s.%s'".formatted(stepName, tensor);
      findings.error(path, shown, NearestName.expected(what, tensor, names));
      return Optional.empty();
    }
    return Optional.of(abi.get().outputs().get(index));
  }
}
