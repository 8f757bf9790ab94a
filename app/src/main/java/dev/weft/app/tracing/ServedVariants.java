package dev.weft.app.tracing;

import dev.weft.app.running.Selection;
import dev.weft.fabric.embedded.WeftException;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.Variant;
import dev.weft.fabric.trace.FrameRecord;
import dev.weft.stages.spi.ErrorCode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The variants a pipeline has now, of which those that run again must be there as they are pinned:
 * what ran then may have been replaced since. Looks at the files of each once. For one thread.
 */
final class ServedVariants {

  private final Map<String, StageManifest> stages;
  private final Map<String, String> others;
  private final Set<String> required = new HashSet<>();

  /**
   * @param stages of the pipeline, by name
   * @param others variants to run instead of those that ran, by stage
   */
  ServedVariants(Map<String, StageManifest> stages, Map<String, String> others) {
    this.stages = stages;
    this.others = others;
  }

  /**
   * What is to run instead must be of stages that ran.
   *
   * @throws WeftException naming what did not, or is not there
   */
  void requireOthers(FrameRecord recorded) {
    var ran = new TreeSet<String>();
    recorded.steps().stream()
        .map(FrameRecord.StepRecord::stage)
        .filter(stage -> !stage.isEmpty())
        .forEach(ran::add);
    for (var stage : others.keySet()) {
      if (!ran.contains(stage)) {
        throw new WeftException(
            ErrorCode.INVALID_INPUT,
            "variants: stage '%s' (expected: one that ran for the frame: %s)"
                .formatted(stage, String.join(", ", ran)));
      }
    }
  }

  /**
   * All that runs again for a frame must be there.
   *
   * @throws WeftException naming a stage or variant that is not, and what is
   * @throws dev.weft.app.failure.WorkFailed if a file is not as pinned
   */
  void require(FrameRecord recorded) {
    for (var step : recorded.steps()) {
      if (step.decision().isRun()) {
        require(step.stage(), others.getOrDefault(step.stage(), step.variant()));
      }
    }
  }

  private void require(String name, String variant) {
    if (!required.add(name + "@" + variant)) {
      return;
    }
    var stage = stages.get(name);
    if (stage == null) {
      throw new WeftException(
          ErrorCode.FAILED_PRECONDITION,
          "stage: '%s' ran then (expected: one that is served now: %s)"
              .formatted(name, String.join(", ", new TreeSet<>(stages.keySet()))));
    }
    if (stage.variant(variant).isEmpty()) {
      var names = String.join(", ", stage.variants().stream().map(Variant::name).toList());
      throw others.containsKey(name)
          ? new WeftException(
              ErrorCode.INVALID_INPUT,
              "variant: '%s' of stage '%s' (expected: one of %s)".formatted(variant, name, names))
          : new WeftException(
              ErrorCode.FAILED_PRECONDITION,
              "variant: '%s' of stage '%s' ran then (expected: one that is served now: %s)"
                  .formatted(variant, name, names));
    }
    Selection.requirePinned(stage, Set.of(variant));
  }
}
