package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.stages.spi.ShapeCheck;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Elements;
import dev.weft.stages.tensor.Tensor;
import java.util.List;
import java.util.Optional;

/** Holds a request against what its pipeline takes: names, datatypes, shapes, finite numbers. */
final class RequestCheck {

  private final PipelineManifest manifest;

  RequestCheck(PipelineManifest manifest) {
    this.manifest = manifest;
  }

  /** What is wrong with {@code request}, in words; empty if nothing is. */
  Optional<String> problem(Request request) {
    var check = new ShapeCheck();
    var known = 0;
    for (var input : manifest.inputs()) {
      var spec = input.spec();
      var tensor = request.inputs().get(spec.name());
      if (tensor == null) {
        if (input.required()) {
          return Optional.of(
              "input '%s' of pipeline '%s': missing (expected: %s)"
                  .formatted(spec.name(), manifest.name(), spec));
        }
        continue;
      }
      known++;
      var problem = problem(check, spec, tensor);
      if (problem.isPresent()) {
        return problem;
      }
    }
    return known == request.inputs().size() ? Optional.empty() : Optional.of(unknown(request));
  }

  /** What is wrong with {@code tensor} as the input of this name; empty if it fits. */
  Optional<String> problem(String name, Tensor tensor) {
    for (var input : manifest.inputs()) {
      if (input.spec().name().equals(name)) {
        return problem(new ShapeCheck(), input.spec(), tensor);
      }
    }
    return Optional.of(unknown(Request.of(name, tensor)));
  }

  private Optional<String> problem(ShapeCheck check, TensorSpec spec, Tensor tensor) {
    return check
        .problem(List.of(spec), List.of(tensor))
        .or(() -> notFinite(spec, tensor))
        .map(problem -> "input %s of pipeline '%s'".formatted(problem, manifest.name()));
  }

  private String unknown(Request request) {
    var names = manifest.inputs().stream().map(input -> input.spec().name()).toList();
    var unknown = request.inputs().keySet().stream().filter(name -> !names.contains(name));
    return "inputs of pipeline '%s': %s (expected: only %s)"
        .formatted(manifest.name(), unknown.sorted().toList(), names);
  }

  private static Optional<String> notFinite(TensorSpec spec, Tensor tensor) {
    var at = Elements.firstNotFinite(tensor);
    return at.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "'%s': %s at element %d (expected: finite numbers)"
                .formatted(spec.name(), Elements.number(tensor, at.getAsLong()), at.getAsLong()));
  }
}
