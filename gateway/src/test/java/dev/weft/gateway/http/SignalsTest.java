package dev.weft.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.embedded.WeftException;
import dev.weft.fabric.session.Signals;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.testkit.TinyModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Signals that are declared with a model, over HTTP. */
class SignalsTest {

  private static final String INFER = "/v2/models/signalled/infer";

  private record Visitor(String place, Optional<Integer> age) {}

  private record Other(int place) {}

  @TempDir private Path folder;

  @Test
  void aRequestTellsWhatIsDeclaredAndNothingElse() throws Exception {
    try (var served = Served.start(folder, "")) {
      var model = Files.write(folder.resolve("m.onnx"), TinyModels.identity(Datatype.FP32, "n", 4));
      served.weft.register("signalled", model, Signals.of(Visitor.class));

      assertEquals(200, served.post(INFER, telling("\"weft_signal_place\":\"door\"")).statusCode());
      var both = telling("\"weft_signal_place\":\"door\",\"weft_signal_age\":41");
      assertEquals(200, served.post(INFER, both).statusCode());
      var unknown = served.post(INFER, telling("\"weft_signal_mood\":\"glad\""));
      assertEquals(400, unknown.statusCode());
      assertTrue(
          unknown.body().contains("signal 'mood' (expected: one of [age, place])"), unknown.body());
      var wrong = served.post(INFER, telling("\"weft_signal_age\":\"old\""));
      assertTrue(wrong.body().contains("signal 'age': TEXT (expected: NUMBER)"), wrong.body());
      var config = served.get("/v2/models/signalled/config").body();
      assertTrue(config.contains("\"weft_signal_age\":{\"string_value\":\"NUMBER\"}"), config);
      served.awaitNothingLeased();
    }
  }

  @Test
  void aModelWhoseSignalsAreDeclaredOtherwiseIsNotRegistered() throws Exception {
    try (var served = Served.start(folder, "")) {
      var model = Files.write(folder.resolve("m.onnx"), TinyModels.identity(Datatype.FP32, "n", 4));
      served.weft.register("signalled", model, Signals.of(Visitor.class));
      var refused =
          assertThrows(
              WeftException.class,
              () -> served.weft.register("other", model, Signals.of(Other.class)));
      assertEquals(ErrorCode.FAILED_PRECONDITION, refused.code());
      assertTrue(
          String.valueOf(refused.getMessage()).startsWith("signal 'place': NUMBER"),
          refused.getMessage());
      assertEquals(404, served.get("/v2/models/other").statusCode());
    }
  }

  private static String telling(String parameters) {
    return Served.floats("x", "[1,4]", "[1,2,3,4]")
        .replace("\"inputs\"", "\"parameters\":{%s},\"inputs\"".formatted(parameters));
  }
}
