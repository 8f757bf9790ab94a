package dev.weft.fabric.explanation;

import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Arm;
import dev.weft.fabric.manifest.PipelineManifest.Output;
import dev.weft.fabric.manifest.PipelineManifest.Split;
import dev.weft.fabric.manifest.PipelineManifest.Step;
import dev.weft.fabric.manifest.Quantity;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.StandIn;
import dev.weft.fabric.wiring.Presence;
import dev.weft.fabric.wiring.StepOrder;
import dev.weft.stages.spi.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says in prose what one pipeline does. */
final class PipelineExplanation {

  private final PipelineManifest pipeline;
  private final Map<String, StageManifest> stages;
  private final StepOrder order;
  private final Presence presence;

  PipelineExplanation(PipelineManifest pipeline, Map<String, StageManifest> stages) {
    this.pipeline = pipeline;
    this.stages = stages;
    this.order = StepOrder.of(pipeline.steps());
    this.presence =
        new Presence(
            pipeline,
            order,
            name ->
                Optional.ofNullable(stages.get(name)).map(StageManifest::required).orElse(true));
  }

  String text() {
    var prose = new Prose().heading("Pipeline " + pipeline.name());
    prose.paragraph(pipeline.summary());
    prose.table(facts());
    prose.heading("  Takes").table(pipeline.inputs().stream().map(this::input).toList());
    prose.heading("  Answers with").table(pipeline.outputs().stream().map(this::output).toList());
    prose.heading("  Wiring (a step runs as soon as everything it reads is there)");
    WiringDrawing.lines(pipeline, stages).forEach(prose::line);
    prose.heading("  Steps").table(order.steps().stream().map(this::step).toList());
    var measures = LoadExplanation.measures(pipeline);
    if (!measures.isEmpty()) {
      prose.heading("  Load, as steps above measure it").table(measures);
    }
    gatesAndSplits(prose);
    prose.heading("  Stages it uses").table(used());
    Explanation.labels(prose, pipeline.labels());
    return prose.text();
  }

  private List<Prose.Row> facts() {
    var facts =
        new ArrayList<>(
            List.of(
                new Prose.Row("owner", pipeline.owner()),
                new Prose.Row("manifest", pipeline.origin().toString()),
                new Prose.Row("digest", Explanation.digest(pipeline)),
                new Prose.Row(
                    "deadline",
                    "%s from admission to answer, unless a request says otherwise"
                        .formatted(Quantity.text(pipeline.deadline()))),
                new Prose.Row("lane", pipeline.lane().word() + ", unless a request says otherwise"),
                new Prose.Row("bound", LoadExplanation.bound(pipeline.door())),
                new Prose.Row(
                    "admission", LoadExplanation.admission(pipeline.door().admission()))));
    pipeline
        .pairing()
        .ifPresent(
            pairing -> facts.add(new Prose.Row("pairing", LoadExplanation.pairing(pairing))));
    if (!pipeline.state().isEmpty()) {
      facts.add(new Prose.Row("state", state()));
    }
    pipeline
        .capture()
        .ifPresent(capture -> facts.add(new Prose.Row("trace", LoadExplanation.capture(capture))));
    facts.addAll(ReachExplanation.of(pipeline, usedStages()));
    return facts;
  }

  private String state() {
    return pipeline.state().entrySet().stream()
        .map(held -> "%s is what %s was".formatted(held.getKey(), held.getValue()))
        .collect(Collectors.joining(", ", "", " one frame of its sequence before, zeros at first"));
  }

  private Prose.Row input(PipelineManifest.Input input) {
    var absent = input.required() ? "" : "; may be left out, then steps that need it are skipped";
    return new Prose.Row(input.spec().name(), unnamed(input.spec()) + absent);
  }

  private Prose.Row output(Output output) {
    var absence = presence.absence(output.from()).map(why -> "; may be absent: " + why).orElse("");
    return new Prose.Row(output.name(), output.from() + absence);
  }

  private Prose.Row step(Step step) {
    var parts = new ArrayList<String>();
    var stage = Optional.ofNullable(stages.get(step.stage()));
    var variant =
        step.variant()
            .or(() -> stage.map(known -> known.defaultVariant().name()))
            .orElse("default");
    parts.add("runs stage %s, variant %s".formatted(step.stage(), variant));
    step.inputs().forEach((name, from) -> parts.add("%s is %s".formatted(name, from)));
    var text = new StringBuilder(String.join("; ", parts)).append('.');
    var skips = presence.skips(step.name());
    if (!skips.isEmpty()) {
      text.append(" Skipped when ").append(String.join(", or when ", skips)).append('.');
    }
    text.append(LoadExplanation.degrade(step));
    if (!skips.isEmpty() || step.degrade().stream().anyMatch(Presence::stops)) {
      text.append(instead(step));
    }
    step.shadow().ifPresent(shadow -> text.append(LoadExplanation.shadow(shadow)));
    return new Prose.Row(step.name(), text.toString());
  }

  private static String instead(Step step) {
    var then = step.degrade().isEmpty() ? " Then " : " Without it, ";
    if (step.standIns().isEmpty()) {
      return then + "its outputs are absent.";
    }
    return step.standIns().entrySet().stream()
        .map(
            standIn ->
                switch (standIn.getValue()) {
                  case StandIn.FromTensor(var source) ->
                      "%s is taken from %s".formatted(standIn.getKey(), source);
                  case StandIn.Constant(var shape, var values) ->
                      "%s is %s of shape %s".formatted(standIn.getKey(), shown(values), shape);
                })
        .collect(Collectors.joining(", ", then, "."));
  }

  private static String shown(List<Object> values) {
    return values.size() == 1 ? values.getFirst().toString() : values.toString();
  }

  private void gatesAndSplits(Prose prose) {
    if (!pipeline.gates().isEmpty()) {
      prose.heading("  Gates (switches that can be flipped while frames flow)");
      prose.table(
          pipeline.gates().stream()
              .map(
                  gate ->
                      new Prose.Row(
                          gate.name(),
                          "%s at start. %s".formatted(gate.on() ? "on" : "off", gate.summary())))
              .toList());
    }
    if (!pipeline.splits().isEmpty()) {
      prose.heading("  Splits (A/B)");
      prose.table(pipeline.splits().stream().map(this::split).toList());
    }
  }

  private Prose.Row split(Split split) {
    var sum = split.arms().stream().mapToLong(Arm::weight).sum();
    var arms =
        split.arms().stream()
            .map(
                arm ->
                    "%s gets %.4g %% (%s)"
                        .formatted(arm.name(), 100.0 * arm.weight() / sum, runs(split, arm)))
            .collect(Collectors.joining(", "));
    return new Prose.Row(
        split.name(),
        "frames that reach step %s: %s. Frames of one %s meet the same arm."
            .formatted(split.step(), arms, split.stickyBy()));
  }

  private String runs(Split split, Arm arm) {
    var step = pipeline.step(split.step());
    var stage = arm.stage().or(() -> step.map(Step::stage)).orElse("");
    var variant =
        arm.variant()
            .or(() -> arm.stage().isPresent() ? Optional.empty() : step.flatMap(Step::variant))
            .or(() -> Optional.ofNullable(stages.get(stage)).map(s -> s.defaultVariant().name()))
            .orElse("default");
    return "stage %s, variant %s".formatted(stage, variant);
  }

  private List<Prose.Row> used() {
    return usedStages().stream()
        .map(
            stage ->
                new Prose.Row(
                    stage.name(),
                    "%s Owner %s. Budget: %s."
                        .formatted(
                            stage.summary(), stage.owner(), Explanation.budget(stage.budget()))))
        .toList();
  }

  private List<StageManifest> usedStages() {
    var names = new LinkedHashSet<String>();
    order.steps().forEach(step -> names.add(step.stage()));
    pipeline.splits().stream()
        .flatMap(split -> split.arms().stream())
        .forEach(arm -> arm.stage().ifPresent(names::add));
    return names.stream().flatMap(name -> Optional.ofNullable(stages.get(name)).stream()).toList();
  }

  /** A spec without its name. */
  private static String unnamed(TensorSpec spec) {
    return spec.toString().substring(spec.name().length() + 1);
  }
}
