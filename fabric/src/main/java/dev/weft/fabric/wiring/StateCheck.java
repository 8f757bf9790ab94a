package dev.weft.fabric.wiring;

import dev.weft.fabric.manifest.Degrade;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Input;
import dev.weft.fabric.manifest.PipelineManifest.Output;
import dev.weft.fabric.problem.Findings;
import dev.weft.fabric.problem.NearestName;
import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Checks what frames of one sequence hand on: that an output can be the next frame's input, that
 * there are zeros to begin with, and that requests still bring something.
 */
final class StateCheck {

  private static final String STATE = "state";

  private final PipelineManifest pipeline;
  private final TensorSources sources;
  private final DimUnifier dims;
  private final Findings findings;

  /**
   * @param dims that the pipeline's edges have made the same
   */
  StateCheck(PipelineManifest pipeline, TensorSources sources, DimUnifier dims, Findings findings) {
    this.pipeline = pipeline;
    this.sources = sources;
    this.dims = dims;
    this.findings = findings;
  }

  void check() {
    pipeline.state().forEach(this::check);
    if (pipeline.state().isEmpty()) {
      return;
    }
    if (pipeline.pairing().isPresent()) {
      findings.error(
          STATE,
          "with pairing",
          "one of the two: inputs that come one by one belong to no sequence");
    }
    var names = pipeline.inputs().stream().map(input -> input.spec().name()).toList();
    if (!names.isEmpty() && pipeline.state().keySet().containsAll(names)) {
      findings.error(STATE, "all inputs %s".formatted(names), "one that a request gives");
    }
  }

  private void check(String input, String output) {
    var path = Findings.join(STATE, input);
    var target = target(input, path);
    var source = source(output, path);
    var given = source.flatMap(this::spec);
    source
        .flatMap(from -> from.from().step())
        .flatMap(step -> putOff(step, new HashSet<>()))
        .ifPresent(
            step ->
                findings.error(
                    path,
                    "'%s', which waits for step '%s', deferred under load".formatted(output, step),
                    "no 'do: defer' before it, as the next frame takes it at once"));
    if (target.isPresent() && isFixed(target.get(), path) && given.isPresent()) {
      checkEnds(target.get(), source.get(), given.get(), path);
    }
  }

  private Optional<TensorSpec> target(String name, String path) {
    var inputs = pipeline.inputs().stream().map(Input::spec).toList();
    var target = inputs.stream().filter(spec -> spec.name().equals(name)).findFirst();
    if (target.isEmpty() && !findings.isBroken("inputs")) {
      var names = inputs.stream().map(TensorSpec::name).toList();
      var expected = NearestName.expected("an input of the pipeline", name, names);
      findings.errorInName(path, "'" + name + "'", expected);
    }
    return target;
  }

  private Optional<Output> source(String name, String path) {
    var source =
        pipeline.outputs().stream().filter(output -> output.name().equals(name)).findFirst();
    if (source.isEmpty() && !findings.isBroken("outputs")) {
      var names = pipeline.outputs().stream().map(Output::name).toList();
      var expected = NearestName.expected("an output of the pipeline", name, names);
      findings.error(path, "'" + name + "'", expected);
    }
    return source;
  }

  /** What an output holds; nothing if it points nowhere, which is reported where it stands. */
  private Optional<TensorSpec> spec(Output output) {
    var place = "outputs." + output.name();
    return sources.resolve(
        output.from(), findings.hasValue(place + ".from") ? place + ".from" : place);
  }

  /** The step that runs later under load and that {@code name} is or waits for, if there is one. */
  private Optional<String> putOff(String name, Set<String> seen) {
    var step = pipeline.steps().stream().filter(each -> each.name().equals(name)).findFirst();
    if (step.isEmpty() || !seen.add(name)) {
      return Optional.empty();
    }
    if (step.get().degrade().stream().anyMatch(Degrade.Defer.class::isInstance)) {
      return Optional.of(name);
    }
    return step.get().inputs().values().stream()
        .flatMap(from -> from.step().stream())
        .flatMap(before -> putOff(before, seen).stream())
        .findFirst();
  }

  private boolean isFixed(TensorSpec target, String path) {
    var isFixed = target.shape().stream().allMatch(Dim.Fixed.class::isInstance);
    if (!isFixed) {
      findings.error(path, target.toString(), "sizes that are fixed, as it begins with zeros");
    }
    if (target.datatype() == Datatype.BYTES) {
      findings.error(path, target.toString(), "numbers or BOOL, as it begins with zeros");
    }
    return isFixed && target.datatype() != Datatype.BYTES;
  }

  private void checkEnds(TensorSpec target, Output output, TensorSpec source, String path) {
    var differences = new ArrayList<>(TensorMatch.differences(target, source));
    var scope = output.from().step().map(step -> "step " + step).orElse("inputs");
    for (var axis = 0; axis < target.rank() && target.rank() == source.rank(); axis++) {
      var at = axis;
      dims.unify("inputs", target.shape().get(axis), scope, source.shape().get(axis))
          .ifPresent(why -> differences.add("dimension %d: %s".formatted(at, why)));
    }
    if (!differences.isEmpty()) {
      findings.error(
          path,
          "%s <- output '%s', %s".formatted(target, output.name(), source),
          "the same on both ends: " + String.join(", ", differences));
    }
  }
}
