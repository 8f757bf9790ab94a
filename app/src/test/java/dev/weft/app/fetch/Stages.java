package dev.weft.app.fetch;

import dev.weft.fabric.manifest.Artifact;
import dev.weft.fabric.manifest.Batching;
import dev.weft.fabric.manifest.Budget;
import dev.weft.fabric.manifest.Isolation;
import dev.weft.fabric.manifest.QueueLimits;
import dev.weft.fabric.manifest.Residency;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.Variant;
import dev.weft.stages.spi.Signature;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Stages that pin artifacts, without the YAML. */
final class Stages {

  private Stages() {}

  /** A stage with a variant for each artifact. */
  static StageManifest pinning(Path manifest, Artifact... artifacts) {
    var variants = new ArrayList<Variant>();
    for (var artifact : artifacts) {
      var name = "v" + variants.size();
      variants.add(new Variant(name, Optional.empty(), Optional.of(artifact), Map.of(), false));
    }
    return new StageManifest(
        manifest,
        "stage",
        "A stage of a test.",
        "tests",
        "onnx",
        1,
        new Signature(List.of(), List.of()),
        variants,
        Map.of(),
        Map.of(),
        Budget.unstated(),
        QueueLimits.defaults(),
        Batching.none(),
        Isolation.NONE,
        true,
        Set.of(),
        Residency.anywhere(),
        Map.of());
  }
}
