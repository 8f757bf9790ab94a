package dev.weft.fabric.stage;

import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.manifest.Variant;

/** One variant of one stage, as its manifest stands now; equal keys share what is loaded. */
public record StageKey(StageManifest manifest, String variant) {

  public StageKey {
    if (manifest.variant(variant).isEmpty()) {
      throw new IllegalArgumentException(
          "variant: '%s' of stage '%s' (expected: one of %s)"
              .formatted(
                  variant,
                  manifest.name(),
                  manifest.variants().stream().map(Variant::name).toList()));
    }
  }

  public Variant declared() {
    return manifest.variant(variant).orElseThrow();
  }

  /** For example {@code minilm@int8}. */
  @Override
  public String toString() {
    return manifest.name() + "@" + variant;
  }
}
