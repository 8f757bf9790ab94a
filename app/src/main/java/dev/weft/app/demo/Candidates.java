package dev.weft.app.demo;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.weft.app.failure.WorkFailed;
import dev.weft.fabric.reading.ManifestFiles;
import dev.weft.stages.onnx.OnnxModels;
import dev.weft.stages.quantize.Method;
import dev.weft.stages.quantize.Quantizer;
import dev.weft.stages.quantize.Settings;
import dev.weft.stages.tensor.TensorPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * The variants that the demo's rollouts are about, made in a folder beside the stage's manifest:
 * one that our quantizer makes, the same with one scale wrong, and the first model run slowly.
 */
final class Candidates {

  static final String GOOD = "int8";
  static final String SKEWED = "int8-skewed";
  static final String SLOW = "fp32-unoptimized";

  /** How much too large the wrong scale is. */
  private static final float SKEW = 2;

  private final Path folder;
  private final Path stage;

  /**
   * @param folder where the stage's manifest stands, its {@code variants} last in it
   */
  Candidates(Path folder, Path stage) {
    this.folder = folder;
    this.stage = stage;
  }

  /** Makes all three of {@code model} and declares them. */
  void make(Path model, TensorPool tensors, String tool) throws IOException {
    var int8 =
        Quantizer.of(
                OnnxModels.simplified(model),
                Settings.of(Method.INT8_DYNAMIC),
                Optional.empty(),
                tensors,
                tool)
            .write(Set.of());
    declare(GOOD, "int8", int8.model(), "");
    declare(SKEWED, "int8", skewed(ModelProto.parseFrom(int8.model())).toByteArray(), "");
    declare(SLOW, "fp32", Files.readAllBytes(model), "    options: {optimization: none}\n");
  }

  private void declare(String name, String precision, byte[] model, String options)
      throws IOException {
    var file = Files.write(folder.resolve("models").resolve(name + ".onnx"), model);
    var pinned = ManifestFiles.pin(file);
    Files.writeString(
        stage,
        Files.readString(stage)
            + """
              - name: %s
                precision: %s
            %s    artifact: {file: models/%s, sha256: %s, size: %d}
            """
                .formatted(
                    name,
                    precision,
                    options,
                    file.getFileName(),
                    pinned.sha256(),
                    pinned.sizeBytes()));
  }

  /** The model with the scales of one weight, half-way through it, too large. */
  private static ModelProto skewed(ModelProto model) {
    var scales =
        model.getGraph().getInitializerList().stream()
            .filter(each -> each.getName().endsWith("_i8_scale"))
            .toList();
    if (scales.isEmpty()) {
      throw new WorkFailed("quantized model: no scales in it (expected: some)");
    }
    var wrong = scales.get(scales.size() / 2);
    var changed = model.toBuilder();
    for (var i = 0; i < changed.getGraph().getInitializerCount(); i++) {
      if (changed.getGraph().getInitializer(i).getName().equals(wrong.getName())) {
        changed.getGraphBuilder().setInitializer(i, times(wrong));
      }
    }
    return changed.build();
  }

  private static TensorProto times(TensorProto scale) {
    var changed = scale.toBuilder();
    if (scale.getFloatDataCount() > 0) {
      for (var i = 0; i < scale.getFloatDataCount(); i++) {
        changed.setFloatData(i, scale.getFloatData(i) * SKEW);
      }
      return changed.build();
    }
    var bytes = ByteBuffer.wrap(scale.getRawData().toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    for (var at = 0; at < bytes.capacity(); at += Float.BYTES) {
      bytes.putFloat(at, bytes.getFloat(at) * SKEW);
    }
    return changed.setRawData(com.google.protobuf.ByteString.copyFrom(bytes.array())).build();
  }
}
