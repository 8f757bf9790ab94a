package dev.weft.fabric.wiring;

import dev.weft.fabric.manifest.Degrade;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Step;
import dev.weft.fabric.manifest.StandIn;
import dev.weft.fabric.manifest.TensorRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Which tensors of a pipeline a completed frame may lack, and why. */
public final class Presence {

  /**
   * Why something may be absent.
   *
   * @param root what may happen, such as {@code gate 'careful' may be off}
   * @param steps those that do not run then, in order
   * @param later whether they run after the answer
   */
  public record Cause(String root, List<String> steps, boolean later) {

    public Cause {
      steps = List.copyOf(steps);
    }

    private static Cause skipping(String root) {
      return new Cause(root, List.of(), false);
    }

    private static Cause of(Degrade degrade) {
      var root = "the node may be loaded (%s)".formatted(degrade.when());
      return new Cause(root, List.of(), degrade instanceof Degrade.Defer);
    }

    private Cause andStops(String step) {
      var all = new ArrayList<>(steps);
      all.add(step);
      return new Cause(root, all, later);
    }

    @Override
    public String toString() {
      var one = later ? "runs after the answer" : "is skipped";
      var many = later ? "run after the answer" : "are skipped";
      return switch (steps.size()) {
        case 0 -> root;
        case 1 -> "%s; then step '%s' %s".formatted(root, steps.getFirst(), one);
        default -> "%s; then steps %s %s".formatted(root, String.join(", ", steps), many);
      };
    }
  }

  private final Set<String> optionalInputs = new HashSet<>();
  private final Map<String, Cause> causes = new HashMap<>();
  private final Map<String, List<String>> conditions = new HashMap<>();
  private final Map<TensorRef, StandIn> standIns = new HashMap<>();
  private final Predicate<String> isRequired;

  /**
   * @param isRequired whether a frame fails when the stage of this name fails
   */
  public Presence(PipelineManifest pipeline, StepOrder order, Predicate<String> isRequired) {
    this.isRequired = isRequired;
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
        conditions.put(step.name(), conditions(step));
        cause(step).ifPresent(cause -> causes.put(step.name(), cause));
      }
    }
  }

  /** When {@code step} is skipped but for load, one condition each; empty if it always runs. */
  public List<String> skips(String step) {
    return conditions.getOrDefault(step, List.of());
  }

  /** Why {@code reference} may be absent from a completed frame; empty if it never is. */
  public Optional<Cause> absence(TensorRef reference) {
    return absence(reference, new HashSet<>());
  }

  private Optional<Cause> absence(TensorRef reference, Set<TensorRef> seen) {
    if (reference.step().isEmpty()) {
      return optionalInputs.contains(reference.tensor())
          ? Optional.of(Cause.skipping("input '%s' is not required".formatted(reference.tensor())))
          : Optional.empty();
    }
    var step = reference.step().get();
    var cause = Optional.ofNullable(causes.get(step)).map(why -> why.andStops(step));
    if (cause.isEmpty() || !seen.add(reference)) {
      return Optional.empty();
    }
    return switch (standIns.get(reference)) {
      case null -> cause;
      case StandIn.Constant _ -> Optional.empty();
      case StandIn.FromTensor(var source) ->
          absence(source, seen).map(why -> alsoAbsent(cause.get(), source, why));
    };
  }

  private static Cause alsoAbsent(Cause cause, TensorRef standIn, Cause why) {
    var root = "%s; and stand-in '%s' may be absent: %s".formatted(cause, standIn, why);
    return Cause.skipping(root);
  }

  private boolean isOptional(Step step) {
    return step.optional().orElse(!isRequired.test(step.stage()));
  }

  private Optional<Cause> cause(Step step) {
    if (step.gate().isPresent()) {
      return cause("gate '%s' may be off".formatted(step.gate().get()));
    }
    if (step.when().isPresent()) {
      return cause("'%s' may not hold".formatted(step.when().get()));
    }
    var absent =
        step.inputs().values().stream().flatMap(from -> absence(from).stream()).findFirst();
    return absent
        .or(() -> step.degrade().stream().filter(Presence::stops).findFirst().map(Cause::of))
        .or(
            () ->
                isOptional(step)
                    ? cause("stage '%s' may fail and is optional".formatted(step.stage()))
                    : Optional.empty());
  }

  /** Whether a frame is answered without the step then. */
  public static boolean stops(Degrade degrade) {
    return switch (degrade) {
      case Degrade.Skip _, Degrade.Defer _ -> true;
      case Degrade.Cheaper _ -> false;
    };
  }

  private static Optional<Cause> cause(String root) {
    return Optional.of(Cause.skipping(root));
  }

  private List<String> conditions(Step step) {
    var conditions = new ArrayList<String>();
    step.gate().ifPresent(gate -> conditions.add("gate '%s' is off".formatted(gate)));
    step.when().ifPresent(when -> conditions.add("'%s' does not hold".formatted(when)));
    var absent =
        step.inputs().values().stream()
            .filter(source -> absence(source).isPresent())
            .map(TensorRef::toString)
            .distinct()
            .collect(Collectors.joining(" or "));
    if (!absent.isEmpty()) {
      conditions.add(absent + " is absent");
    }
    if (isOptional(step)) {
      conditions.add("stage '%s' fails (it is optional here)".formatted(step.stage()));
    }
    return List.copyOf(conditions);
  }
}
