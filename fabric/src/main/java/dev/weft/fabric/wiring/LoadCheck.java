package dev.weft.fabric.wiring;

import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.PipelineManifest.Split;
import dev.weft.fabric.manifest.PipelineManifest.Step;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.problem.Findings;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Checks what steps do under load and beside their answer: degrading and shadows. */
final class LoadCheck {

  private final Neighbours neighbours;
  private final Findings findings;
  private final Set<String> split;

  LoadCheck(PipelineManifest pipeline, Neighbours neighbours, Findings findings) {
    this.neighbours = neighbours;
    this.findings = findings;
    this.split = pipeline.splits().stream().map(Split::step).collect(Collectors.toSet());
  }

  void check(Step step, String path) {
    for (var i = 0; i < step.degrade().size(); i++) {
      var at = Findings.join(path + ".degrade", i);
      checkReached(step, i, path);
      step.degrade()
          .get(i)
          .otherVariant()
          .ifPresent(variant -> checkOther(step, variant, at + ".variant"));
    }
    step.shadow().ifPresent(shadow -> checkOther(step, shadow.variant(), path + ".shadow.variant"));
  }

  /** Checks that an entry is not hidden by one before it. */
  private void checkReached(Step step, int index, String path) {
    // Entries that were left out as wrong would be counted past.
    if (findings.isBroken(path + ".degrade")) {
      return;
    }
    var when = step.degrade().get(index).when();
    for (var before = 0; before < index; before++) {
      var earlier = step.degrade().get(before).when();
      if (when.implies(earlier)) {
        findings.error(
            Findings.join(path + ".degrade", index) + ".when",
            "'%s' is never reached: '%s' stands before it and holds whenever it does"
                .formatted(when, earlier),
            "the stricter condition first");
        return;
      }
    }
  }

  private void checkOther(Step step, String variant, String path) {
    if (variant.isEmpty()) {
      return;
    }
    if (split.contains(step.name())) {
      findings.error(
          path,
          "'%s' at step '%s', which is split".formatted(variant, step.name()),
          "no split of this step, whose arms say which variants run");
      return;
    }
    var stage = Optional.ofNullable(neighbours.stages().get(step.stage()));
    stage.ifPresent(
        known -> {
          Wiring.checkVariant(known, variant, path, neighbours, findings);
          checkDiffers(step, known, variant, path);
        });
  }

  private void checkDiffers(Step step, StageManifest stage, String variant, String path) {
    if (variant.equals(step.variant().orElse(stage.defaultVariant().name()))) {
      findings.error(
          path,
          "'%s', which the step runs anyway".formatted(variant),
          "another variant of stage '%s'".formatted(stage.name()));
    }
  }
}
