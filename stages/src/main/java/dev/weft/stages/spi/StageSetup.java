package dev.weft.stages.spi;

import dev.weft.stages.tensor.TensorPool;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Everything a factory needs to make one stage.
 *
 * @param stage name from the manifest, for messages
 * @param variant name of the variant to load
 * @param declared the manifest's ABI
 * @param options of the stage, overridden by those of the variant
 * @param artifact the variant's model file, its digest already checked
 * @param files further files by the name the kind gives them, their digests already checked
 */
public record StageSetup(
    String stage,
    String variant,
    Signature declared,
    Options options,
    Optional<Path> artifact,
    Map<String, Path> files,
    TensorPool pool) {

  public StageSetup {
    files = Map.copyOf(files);
  }

  /**
   * The file of this name.
   *
   * @throws StageException if the manifest does not give it
   */
  public Path file(String name) {
    var path = files.get(name);
    if (path == null) {
      throw new StageException(
          ErrorCode.INVALID_MANIFEST,
          "stage '%s': no file '%s' (expected: one under files:)".formatted(stage, name));
    }
    return path;
  }
}
