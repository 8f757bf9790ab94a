package dev.weft.stages.onnx;

import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageSetup;
import dev.weft.stages.tensor.TensorPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Writes models to a folder and makes stages of them. */
record OnnxFixture(Path folder) {

  Path write(String name, byte[] model) {
    try {
      return Files.write(folder.resolve(name), model);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  StageSetup setup(Path model, Signature declared, Map<String, Object> options, TensorPool pool) {
    var factory = new OnnxStageFactory();
    return new StageSetup(
        "probe",
        "fp32",
        declared,
        Options.of(factory.options(), options),
        Optional.of(model),
        Map.of(),
        pool);
  }

  Stage stage(Path model, Signature declared, Map<String, Object> options, TensorPool pool) {
    return new OnnxStageFactory().create(setup(model, declared, options, pool));
  }

  /** A stage with the signature its model has by itself. */
  Stage stage(byte[] model, TensorPool pool) {
    var path = write("model.onnx", model);
    return stage(path, OnnxModels.signature(path), Map.of(), pool);
  }
}
