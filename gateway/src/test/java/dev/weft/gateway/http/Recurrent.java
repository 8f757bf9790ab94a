package dev.weft.gateway.http;

import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.SingleModel;
import dev.weft.fabric.embedded.Weft;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A model with state, {@code sum}: FP32[1, 1] {@code x} to {@code y} = h / 2 + x, which is the next
 * h.
 */
public final class Recurrent {

  private Recurrent() {}

  public static Pipeline deploy(Weft weft, Path folder) throws IOException {
    var file = Files.write(folder.resolve("sum.onnx"), TinyModels.leakySum(1, 1));
    var model = SingleModel.of("sum", file);
    return weft.deploy(model.pipeline().carrying(Map.of("h", "hN")), Map.of("sum", model.stage()));
  }
}
