package dev.weft.fabric.explanation;

import dev.weft.fabric.manifest.Degrade;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Step;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.StandIn;
import dev.weft.fabric.manifest.TensorRef;
import dev.weft.fabric.wiring.StepOrder;
import dev.weft.stages.spi.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Draws the wiring of a pipeline as a tree of text. Every step stands once, below the last thing it
 * waits for; what else it reads is said beside it.
 */
final class WiringDrawing {

  private final PipelineManifest pipeline;
  private final Map<String, StageManifest> stages;
  private final List<Step> order;
  private final Map<String, List<Step>> below = new LinkedHashMap<>();
  private final List<String> lines = new ArrayList<>();

  private WiringDrawing(PipelineManifest pipeline, Map<String, StageManifest> stages) {
    this.pipeline = pipeline;
    this.stages = stages;
    this.order = StepOrder.of(pipeline.steps()).steps();
  }

  static List<String> lines(PipelineManifest pipeline, Map<String, StageManifest> stages) {
    var drawing = new WiringDrawing(pipeline, stages);
    drawing.draw();
    return List.copyOf(drawing.lines);
  }

  private void draw() {
    for (var step : order) {
      below.computeIfAbsent(parent(step), _ -> new ArrayList<>()).add(step);
    }
    for (var input : pipeline.inputs()) {
      lines.add("(" + input.spec().name() + ")");
      drawBelow(input(input.spec().name()), "");
    }
    if (below.containsKey("")) {
      lines.add("(no input)");
      drawBelow("", "");
    }
  }

  private void drawBelow(String parent, String indent) {
    var steps = below.getOrDefault(parent, List.of());
    for (var i = 0; i < steps.size(); i++) {
      var isLast = i == steps.size() - 1;
      var step = steps.get(i);
      lines.add(indent + (isLast ? "└─ " : "├─ ") + label(step, parent));
      drawBelow(step(step.name()), indent + (isLast ? "   " : "│  "));
    }
  }

  /** What {@code step} is drawn below: the step latest in order, or else its first input. */
  private String parent(Step step) {
    var latest = Optional.<String>empty();
    for (var candidate : order) {
      if (StepOrder.needs(step).stream().anyMatch(need -> isFrom(need.source(), candidate))) {
        latest = Optional.of(step(candidate.name()));
      }
    }
    return latest.orElseGet(
        () ->
            StepOrder.needs(step).stream()
                .findFirst()
                .map(need -> input(need.source().tensor()))
                .orElse(""));
  }

  private String label(Step step, String parent) {
    var text = new StringBuilder(step.name());
    step.when().ifPresent(when -> text.append(" [if ").append(when).append("]"));
    step.gate().ifPresent(gate -> text.append(" [gate ").append(gate).append("]"));
    pipeline.splits().stream()
        .filter(split -> split.step().equals(step.name()))
        .forEach(split -> text.append(" [split ").append(split.name()).append("]"));
    if (!step.degrade().isEmpty()) {
      var under =
          step.degrade().stream().map(WiringDrawing::word).collect(Collectors.joining(", "));
      text.append(" [load ").append(under).append("]");
    }
    step.shadow().ifPresent(s -> text.append(" [shadow ").append(s.variant()).append("]"));
    var others =
        step.inputs().values().stream()
            .filter(source -> !key(source).equals(parent))
            .map(TensorRef::toString)
            .distinct()
            .toList();
    if (!others.isEmpty()) {
      text.append(" + ").append(String.join(" + ", others));
    }
    var standIns =
        step.standIns().values().stream()
            .filter(StandIn.FromTensor.class::isInstance)
            .map(standIn -> ((StandIn.FromTensor) standIn).source().toString())
            .toList();
    if (!standIns.isEmpty()) {
      text.append(" [else ").append(String.join(", ", standIns)).append("]");
    }
    return text.append(" -> ").append(outputs(step)).toString();
  }

  private static String word(Degrade degrade) {
    return switch (degrade) {
      case Degrade.Skip _ -> "skip";
      case Degrade.Defer _ -> "defer";
      case Degrade.Cheaper(_, var variant) -> "cheaper " + variant;
    };
  }

  private String outputs(Step step) {
    var stage = stages.get(step.stage());
    return stage == null
        ? "?"
        : stage.abi().outputs().stream().map(TensorSpec::name).collect(Collectors.joining(", "))
            + answered(step);
  }

  private String answered(Step step) {
    var names =
        pipeline.outputs().stream()
            .filter(output -> isFrom(output.from(), step))
            .map(PipelineManifest.Output::name)
            .toList();
    return names.isEmpty() ? "" : " => answers " + String.join(", ", names);
  }

  private static boolean isFrom(TensorRef source, Step step) {
    return source.step().filter(step.name()::equals).isPresent();
  }

  private static String key(TensorRef source) {
    return source.step().map(WiringDrawing::step).orElseGet(() -> input(source.tensor()));
  }

  private static String step(String name) {
    return "step " + name;
  }

  private static String input(String name) {
    return "input " + name;
  }
}
