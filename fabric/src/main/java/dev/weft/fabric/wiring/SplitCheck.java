package dev.weft.fabric.wiring;

import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Arm;
import dev.weft.fabric.manifest.PipelineManifest.Split;
import dev.weft.fabric.manifest.PipelineManifest.Step;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.problem.Findings;
import dev.weft.fabric.problem.NearestName;
import dev.weft.stages.spi.TensorSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Checks that the arms of each A/B split can take each other's place. */
final class SplitCheck {

  private final PipelineManifest pipeline;
  private final Neighbours neighbours;
  private final TensorSources sources;
  private final Findings findings;

  SplitCheck(
      PipelineManifest pipeline, Neighbours neighbours, TensorSources sources, Findings findings) {
    this.pipeline = pipeline;
    this.neighbours = neighbours;
    this.sources = sources;
    this.findings = findings;
  }

  void check() {
    var taken = new HashSet<String>();
    for (var i = 0; i < pipeline.splits().size(); i++) {
      var split = pipeline.splits().get(i);
      var path = Findings.join("splits", i);
      var step = pipeline.step(split.step());
      if (step.isEmpty()) {
        reportUnknownStep(split, path);
      } else if (!taken.add(split.step())) {
        var value = "'%s' has a split already".formatted(split.step());
        findings.error(path + ".step", value, "one split for each step");
      }
      checkArms(split, step, path + ".arms");
    }
  }

  private void reportUnknownStep(Split split, String path) {
    var names = pipeline.steps().stream().map(Step::name).toList();
    if (!split.step().isEmpty() && !names.contains("")) {
      var expected = NearestName.expected("a step", split.step(), names);
      findings.error(path + ".step", "'" + split.step() + "'", expected);
    }
  }

  private void checkArms(Split split, Optional<Step> step, String path) {
    var sum = split.arms().stream().mapToLong(Arm::weight).sum();
    if (sum == 0 && !split.arms().isEmpty() && !findings.isBroken(path)) {
      findings.error(path, "weights with sum 0", "a sum above 0");
    }
    for (var i = 0; i < split.arms().size(); i++) {
      checkArm(split.arms().get(i), step, Findings.join(path, i));
    }
  }

  private void checkArm(Arm arm, Optional<Step> step, String path) {
    var stageName = arm.stage().or(() -> step.map(Step::stage));
    if (stageName.isEmpty()) {
      return;
    }
    var stage = neighbours.stages().get(stageName.get());
    if (stage == null) {
      if (arm.stage().isPresent()) {
        Wiring.reportUnknownStage(stageName.get(), path + ".stage", neighbours, findings);
      }
      return;
    }
    arm.variant()
        .ifPresent(
            variant ->
                Wiring.checkVariant(stage, variant, path + ".variant", neighbours, findings));
    if (arm.stage().isPresent() && step.isPresent()) {
      checkAbi(stage, step.get(), path + ".stage");
    }
  }

  private void checkAbi(StageManifest stage, Step step, String path) {
    var wanted = sources.abi(step);
    var given = sources.abi(stage.name());
    if (wanted.isEmpty() || given.isEmpty()) {
      return;
    }
    var differences = new ArrayList<String>();
    differences.addAll(differences(wanted.get().inputs(), given.get().inputs()));
    differences.addAll(differences(wanted.get().outputs(), given.get().outputs()));
    if (!differences.isEmpty()) {
      findings.error(
          path,
          "'%s' with %s".formatted(stage.name(), String.join(", ", differences)),
          "the ABI of stage '%s'".formatted(step.stage()));
    }
  }

  private static List<String> differences(List<TensorSpec> wanted, List<TensorSpec> given) {
    if (wanted.size() != given.size()) {
      return List.of("%s <- %s".formatted(wanted, given));
    }
    return IntStream.range(0, wanted.size())
        .filter(i -> !isSame(wanted.get(i), given.get(i)))
        .mapToObj(i -> "%s <- %s".formatted(wanted.get(i), given.get(i)))
        .toList();
  }

  private static boolean isSame(TensorSpec wanted, TensorSpec given) {
    return wanted.name().equals(given.name())
        && TensorMatch.differences(wanted, given).isEmpty()
        && TensorMatch.sizeDifferences(wanted, given).isEmpty();
  }
}
