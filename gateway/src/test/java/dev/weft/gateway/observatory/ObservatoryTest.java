package dev.weft.gateway.observatory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.pipeline.Request;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObservatoryTest {

  private static final Config CONFIG =
      ConfigFactory.parseString("weft.fabric.loops = 1").withFallback(ConfigFactory.load());

  @TempDir private Path folder = Path.of("");

  private static void infer(Weft weft, String tenant) {
    var input = weft.tensors().floats(Shape.of(1, 4), 1, 2, 3, 4);
    weft.pipeline("echo").infer(Request.of("x", input).with("tenant", tenant)).close();
  }

  /** Numbers begin anew with a pipeline, so a second look by an id may find another frame. */
  @Test
  void whatIsToldOfAFrameAndWhereItIsRecordedIsOfOneLook() throws IOException {
    var model = folder.resolve("echo.onnx");
    Files.write(model, TinyModels.identity(Datatype.FP32, "n", 4));
    try (var weft = Weft.embedded(CONFIG);
        var observatory = Observatory.of(weft, "1", ObservatorySettings.from(CONFIG))) {
      weft.register("echo", model);
      infer(weft, "acme");
      var looks = new ArrayList<String>();

      var explained = observatory.explain("echo:0", looks::add).orElseThrow();

      assertEquals(List.of("acme"), looks);
      assertEquals("acme", explained.object().get("tenant"));
      assertEquals("acme", explained.remembered().tenant());
      assertEquals(0, explained.remembered().number());
    }
  }
}
