package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.StageManifest;
import java.util.Optional;

/** A change of what runs at one step of a deployed pipeline. */
public sealed interface VariantChange {

  String step();

  /** What runs after it, where {@code before} ran. */
  VariantChoice apply(VariantChoice before);

  /**
   * Another variant runs in place of what does now.
   *
   * @param arm of a split step
   */
  record Swap(String step, Optional<String> arm, String variant) implements VariantChange {
    @Override
    public VariantChoice apply(VariantChoice before) {
      return before.with(step, arm, variant);
    }
  }

  /**
   * A candidate is loaded beside what runs. It gets what the pipeline's {@link
   * dev.weft.fabric.routing.Switches} give it, nothing at first.
   *
   * @param declaredIn the stage with this variant, if it came after the pipeline was deployed
   */
  record Try(String step, String candidate, Optional<StageManifest> declaredIn)
      implements VariantChange {
    @Override
    public VariantChoice apply(VariantChoice before) {
      return before.withCandidate(step, candidate);
    }
  }

  /** The candidate goes, and what ran beside it stays. */
  record EndTrial(String step) implements VariantChange {
    @Override
    public VariantChoice apply(VariantChoice before) {
      return before.withoutCandidate(step);
    }
  }

  /**
   * The candidate stays alone.
   *
   * @throws IllegalArgumentException from {@link #apply} if there is none
   */
  record Promote(String step) implements VariantChange {
    @Override
    public VariantChoice apply(VariantChoice before) {
      var candidate =
          before
              .candidate(step)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "step '%s': nothing on trial (expected: a candidate)".formatted(step)));
      return before.withoutCandidate(step).with(step, Optional.empty(), candidate);
    }
  }
}
