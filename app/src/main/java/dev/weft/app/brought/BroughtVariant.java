package dev.weft.app.brought;

import dev.weft.cluster.artifact.DeclaredVariant;
import dev.weft.fabric.manifest.Variant;
import java.nio.file.Path;
import java.time.Instant;

/**
 * A variant that is here whole.
 *
 * @param file of its artifact, if it has one
 * @param since when it came
 */
record BroughtVariant(DeclaredVariant declared, Path file, Instant since) {

  String stage() {
    return declared.stage();
  }

  String name() {
    return declared.name();
  }

  Variant variant() {
    return declared.at(file);
  }
}
