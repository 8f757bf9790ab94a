package dev.weft.fabric.node;

import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.stage.StageKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What can run at the steps of one pipeline: the variants of the stages it was deployed with, and
 * those that were declared later. What was there before keeps its key, so that it is not loaded
 * again because something was added beside it.
 */
final class KnownVariants {

  private record Name(String stage, String variant) {}

  private final PipelineManifest pipeline;
  private final Map<String, StageManifest> declared;
  private final Map<Name, StageManifest> added = new HashMap<>();

  /**
   * @param declared every stage the pipeline names, by name
   */
  KnownVariants(PipelineManifest pipeline, Map<String, StageManifest> declared) {
    this.pipeline = pipeline;
    this.declared = Map.copyOf(declared);
  }

  /** The stages as the pipeline was deployed with them, by name. */
  Map<String, StageManifest> declared() {
    return declared;
  }

  /**
   * Adds {@code variant}, as {@code manifest} declares it, to the stage of {@code step}; one that
   * was added before is replaced, one that was deployed stays as it is.
   *
   * @throws IllegalArgumentException if {@code manifest} is of another stage, takes or gives
   *     something else, or has no such variant
   */
  void add(String step, String variant, StageManifest manifest) {
    var stage =
        pipeline.steps().stream()
            .filter(each -> each.name().equals(step))
            .findFirst()
            .map(PipelineManifest.Step::stage)
            .orElse("");
    var before = declared.get(stage);
    if (before == null || !manifest.name().equals(stage)) {
      throw new IllegalArgumentException(
          "step '%s': stage '%s' (expected: '%s')".formatted(step, manifest.name(), stage));
    }
    if (!manifest.uses().equals(before.uses())
        || manifest.abiVersion() != before.abiVersion()
        || !manifest.abi().equals(before.abi())) {
      throw new IllegalArgumentException(
          ("stage '%s' as declared in %s: another kind or ABI than deployed (expected: uses '%s',"
                  + " abi version %d, and the same tensors)")
              .formatted(stage, manifest.origin(), before.uses(), before.abiVersion()));
    }
    var key = new StageKey(manifest, variant);
    if (before.variant(variant).isEmpty()) {
      added.put(new Name(stage, variant), key.manifest());
    } else if (!before.variant(variant).equals(manifest.variant(variant))) {
      throw new IllegalArgumentException(
          "%s: deployed as something else than %s declares (expected: a new name for a new variant)"
              .formatted(key, manifest.origin()));
    }
  }

  /**
   * @throws IllegalArgumentException if there is no such stage or variant
   */
  StageKey key(String stage, String variant) {
    var manifest =
        Optional.ofNullable(added.get(new Name(stage, variant)))
            .or(() -> Optional.ofNullable(declared.get(stage)))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "stage: '%s' (expected: one of %s)".formatted(stage, declared.keySet())));
    return new StageKey(manifest, variant);
  }
}
