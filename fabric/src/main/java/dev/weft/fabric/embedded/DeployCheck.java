package dev.weft.fabric.embedded;

import dev.weft.fabric.manifest.ManifestException;
import dev.weft.fabric.manifest.NodeClass;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.negotiation.Negotiation;
import dev.weft.fabric.negotiation.NodeAbilities;
import dev.weft.fabric.wiring.Wiring;
import dev.weft.stages.spi.ErrorCode;
import java.util.List;
import java.util.Map;

/** Whether a pipeline may be deployed on a node at all. */
final class DeployCheck {

  private DeployCheck() {}

  /**
   * Refuses parts that do not fit together, and stages that this node is not for or cannot run.
   *
   * @throws ManifestException with everything that does not fit
   * @throws WeftException naming the first stage that has no place here
   */
  static void require(
      NodeClass nodeClass, PipelineManifest pipeline, Map<String, StageManifest> stages) {
    requireWired(pipeline, stages);
    requireNodeClass(nodeClass, pipeline, stages);
    requireAbilities(NodeAbilities.here(), pipeline, stages);
  }

  private static void requireWired(PipelineManifest pipeline, Map<String, StageManifest> stages) {
    var problems = Wiring.problems(pipeline, stages);
    if (!problems.isEmpty()) {
      throw new ManifestException(problems);
    }
  }

  /** Refuses steps whose variant this node cannot run, and names the one it could. */
  private static void requireAbilities(
      NodeAbilities here, PipelineManifest pipeline, Map<String, StageManifest> stages) {
    for (var step : pipeline.steps()) {
      var stage = stages.get(step.stage());
      if (stage == null) {
        continue;
      }
      var negotiation = Negotiation.of(stage, here);
      var name = step.variant().orElse(stage.defaultVariant().name());
      var missing = negotiation.offer(name).map(Negotiation.Offer::missing).orElse(List.of());
      if (!missing.isEmpty()) {
        throw new WeftException(
            ErrorCode.FAILED_PRECONDITION,
            "stage '%s': variant '%s' needs %s, which this node lacks (expected: %s)"
                .formatted(
                    stage.name(),
                    name,
                    String.join(", ", missing),
                    negotiation
                        .taken()
                        .map(taken -> "variant '%s', which it can run".formatted(taken.name()))
                        .orElse("a variant it can run; there is none")));
      }
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
