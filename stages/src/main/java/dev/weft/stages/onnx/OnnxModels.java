package dev.weft.stages.onnx;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.StageException;
import java.nio.file.Path;

/** What can be read from an ONNX model without a manifest. */
public final class OnnxModels {

  private OnnxModels() {}

  /** Version of the ONNX Runtime that runs models here. */
  public static String runtime() {
    return OrtAccess.ENVIRONMENT.getVersion();
  }

  /**
   * The signature a model has by itself: its own names, symbolic dimensions as named ones, unknown
   * dimensions as -1. Loads the model and closes it again.
   *
   * @throws StageException with {@link ErrorCode#BAD_ARTIFACT} if the file is missing, truncated,
   *     not an ONNX model, asks for an unknown operator or keeps weights outside its folder
   */
  public static Signature signature(Path model) {
    try (var loaded = OnnxModel.load(ModelFile.inspect(model), OnnxModel.Tuning.DEFAULT)) {
      return new Signature(loaded.inputs(), loaded.outputs());
    }
  }
}
