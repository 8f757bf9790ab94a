package dev.weft.fabric.manifest;

import dev.weft.fabric.manifest.PipelineManifest.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Which tensors of a pipeline a completed frame may lack, and why. */
final class Presence {

  private final Set<String> optionalInputs = new HashSet<>();
  private final Map<String, List<String>> skips = new HashMap<>();
  private final Map<TensorRef, StandIn> standIns = new HashMap<>();

  /**
   * @param isRequired whether a frame fails when the stage of this name fails
   */
  Presence(PipelineManifest pipeline, StepOrder order, Predicate<String> isRequired) {
    for (var input : pipeline.inputs()) {
      if (!input.required()) {
        optionalInputs.add(input.spec().name());
      }
    }
    var cyclic = new HashSet<String>();
    order.cycles().forEach(cycle -> cycle.forEach(need -> cyclic.add(need.step())));
    for (var step : order.steps()) {
      step.standIns()
          .forEach(
              (output, standIn) -> standIns.put(TensorRef.output(step.name(), output), standIn));
      if (!cyclic.contains(step.name())) {
        skips.put(step.name(), reasons(step, isRequired));
      }
    }
  }

  /** When {@code step} is skipped, one reason each; empty if it always runs. */
  List<String> skips(String step) {
    return skips.getOrDefault(step, List.of());
  }

  /** Why {@code reference} may be absent from a completed frame; empty if it never is. */
  Optional<String> absence(TensorRef reference) {
    return absence(reference, new HashSet<>());
  }

  private Optional<String> absence(TensorRef reference, Set<TensorRef> seen) {
    if (reference.step().isEmpty()) {
      return optionalInputs.contains(reference.tensor())
          ? Optional.of("input '%s' is not required".formatted(reference.tensor()))
          : Optional.empty();
    }
    var step = reference.step().get();
    var skips = skips(step);
    if (skips.isEmpty() || !seen.add(reference)) {
      return Optional.empty();
    }
    var because = "step '%s' is skipped when %s".formatted(step, skips.getFirst());
    return switch (standIns.get(reference)) {
      case null -> Optional.of(because);
      case StandIn.Constant _ -> Optional.empty();
      case StandIn.FromTensor(var source) ->
          absence(source, seen)
              .map(
                  why ->
                      "%s and its stand-in '%s' may be absent: %s".formatted(because, source, why));
    };
  }

  private List<String> reasons(Step step, Predicate<String> isRequired) {
    var reasons = new ArrayList<String>();
    step.gate().ifPresent(gate -> reasons.add("gate '%s' is off".formatted(gate)));
    step.when().ifPresent(when -> reasons.add("'%s' does not hold".formatted(when)));
    for (var source : step.inputs().values()) {
      absence(source).ifPresent(why -> reasons.add("'%s' is absent (%s)".formatted(source, why)));
    }
    if (step.optional().orElse(!isRequired.test(step.stage()))) {
      reasons.add("stage '%s' fails (it is optional here)".formatted(step.stage()));
    }
    return List.copyOf(reasons);
  }
}
