package dev.weft.fabric.embedded;

import dev.weft.fabric.manifest.ManifestException;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.wiring.Wiring;
import dev.weft.stages.spi.ErrorCode;
import java.util.Map;

/** Whether a pipeline may be deployed on a node at all. */
final class DeployCheck {

  private DeployCheck() {}

  /**
   * Refuses parts that do not fit together, and stages that are not for nodes of this class.
   *
   * @throws ManifestException with everything that does not fit
   * @throws WeftException naming the first such stage
   */
  static void require(
      NodeClass nodeClass, PipelineManifest pipeline, Map<String, StageManifest> stages) {
    requireWired(pipeline, stages);
    requireNodeClass(nodeClass, pipeline, stages);
  }

  private static void requireWired(PipelineManifest pipeline, Map<String, StageManifest> stages) {
    var problems = Wiring.problems(pipeline, stages);
    if (!problems.isEmpty()) {
      throw new ManifestException(problems);
    }
  }

  private static void requireNodeClass(
      NodeClass here, PipelineManifest pipeline, Map<String, StageManifest> stages) {
    for (var step : pipeline.steps()) {
      var stage = stages.get(step.stage());
      if (stage != null && !stage.runsOn(here)) {
        throw new WeftException(
            ErrorCode.FAILED_PRECONDITION,
            "stage '%s': node class %s (expected: one of %s)"
                .formatted(stage.name(), here, stage.nodeClasses()));
      }
    }
  }
}
