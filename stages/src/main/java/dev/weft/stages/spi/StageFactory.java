package dev.weft.stages.spi;

import java.util.List;

/**
 * Makes stages of one kind. Found by {@link java.util.ServiceLoader}; needs a public no-argument
 * constructor.
 */
public interface StageFactory {

  /** What a manifest writes after {@code uses:}, for example {@code image/resize}. */
  String kind();

  /** One sentence for {@code weft stages}. */
  String summary();

  /** The options a manifest may set, with their defaults. */
  List<OptionSpec> options();

  /**
   * Names of the files a stage of this kind must be given beside its variant's artifact, such as
   * {@code labels}.
   */
  default List<String> files() {
    return List.of();
  }

  /** Whether a variant of this kind must name a model artifact. */
  default boolean needsArtifact() {
    return false;
  }

  /**
   * The widest signature a stage of this kind has under these options, against which a manifest's
   * ABI is checked before anything loads. Empty lists when only the artifact can tell, as for
   * {@code onnx}.
   *
   * @throws StageException with {@link ErrorCode#INVALID_MANIFEST} if options contradict each other
   */
  Signature signature(Options options);

  /**
   * Loads one stage. Slow work and file access belong here and in {@link Stage#prepare}.
   *
   * @throws StageException if it cannot be made
   */
  Stage create(StageSetup setup);
}
