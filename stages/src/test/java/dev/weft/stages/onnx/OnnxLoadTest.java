package dev.weft.stages.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.stages.testkit.FixedContext;
import dev.weft.stages.testkit.TinyModels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxLoadTest {

  private final TensorPool pool = new TensorPool(1 << 20, TensorPool.LeakTracing.ON);
  private OnnxFixture fixture = new OnnxFixture(Path.of("."));

  @TempDir private Path folder = Path.of(".");

  @BeforeEach
  void openFixture() {
    fixture = new OnnxFixture(folder);
  }

  @AfterEach
  void closePool() {
    pool.close();
  }

  @Test
  void readsTheSignatureWithItsNamedDimensions() {
    var signature = OnnxModels.signature(fixture.write("model.onnx", TinyModels.classifier(12, 3)));

    assertEquals(
        new Signature(
            List.of(TensorSpec.of("features", Datatype.FP32, "batch", 12)),
            List.of(TensorSpec.of("logits", Datatype.FP32, "batch", 3))),
        signature);
  }

  @Test
  void takesDimensionsWithoutARealNameAsUnknown() {
    var model = fixture.write("model.onnx", TinyModels.identity(Datatype.FP32, "?", -1));

    assertEquals(
        TensorSpec.of("x", Datatype.FP32, -1, -1), OnnxModels.signature(model).inputs().getFirst());
  }

  @Test
  void namesAMissingFile() {
    var message = messageOf(folder.resolve("gone.onnx"));

    assertTrue(message.contains("gone.onnx: no such file (expected: an ONNX model)"), message);
  }

  @Test
  void refusesEveryTruncation() {
    var whole = TinyModels.classifier(12, 3);
    for (var length = 0; length < whole.length - 1; length += 7) {
      var model = fixture.write("cut.onnx", Arrays.copyOf(whole, length));
      var error = assertThrows(StageException.class, () -> OnnxModels.signature(model));
      assertEquals(ErrorCode.BAD_ARTIFACT, error.code());
      assertTrue(error.toString().contains("cut.onnx"), error.toString());
    }
  }

  @Test
  void refusesWhatIsNotAModel() {
    assertTrue(
        messageOf(fixture.write("text.onnx", "hello, world".repeat(40).getBytes(UTF_8)))
            .contains("truncated or not an ONNX model"));
    assertTrue(messageOf(fixture.write("empty.onnx", new byte[0])).contains("no graph in it"));
  }

  @Test
  void namesTheUnknownOperator() {
    var message = messageOf(fixture.write("model.onnx", TinyModels.unknownOperator()));

    assertTrue(message.contains("asks for an operator this ONNX Runtime (1."), message);
    assertTrue(message.contains("Frobnicate"), message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../w.bin", "/etc/hostname", "sub/../../w.bin", "*/_ORT_MEM_ADDR_/*", "link.bin"})
  void refusesWeightsThatLeaveTheModelsFolder(String location) throws IOException {
    var home = Files.createDirectories(folder.resolve("home"));
    weights(folder.resolve("w.bin"));
    Files.createSymbolicLink(home.resolve("link.bin"), folder.resolve("w.bin"));
    var model = new OnnxFixture(home).write("model.onnx", TinyModels.externalData(location));

    var message = messageOf(model);
    assertTrue(message.contains("model.onnx: weights in '" + location + "'"), message);
  }

  @Test
  void loadsWeightsBesideTheModelAndCountsThem() throws IOException {
    weights(Files.createDirectories(folder.resolve("sub")).resolve("w.bin"));
    var model = fixture.write("model.onnx", TinyModels.externalData("sub/w.bin"));
    try (var stage = fixture.stage(model, OnnxModels.signature(model), Map.of(), pool);
        var x = pool.floats(Shape.of(1, 4), 1, 1, 1, 1)) {
      var outputs = stage.run(FixedContext.of(pool), List.of(x));

      assertArrayEquals(new float[] {2, 3, 4, 5}, outputs.getFirst().toFloats());
      assertEquals(Files.size(model) + 16, stage.nativeBytes());
      outputs.forEach(Tensor::close);
    }
  }

  @Test
  void reportsEveryMismatchWithTheManifestAtOnce() {
    var model = fixture.write("model.onnx", TinyModels.addSub());
    var declared =
        new Signature(
            List.of(
                TensorSpec.of("INPUT0", Datatype.FP32, 1, 16),
                TensorSpec.of("INPUT9", Datatype.INT32, 1, 16)),
            List.of(
                TensorSpec.of("OUTPUT0", Datatype.INT32, 1, 17),
                TensorSpec.of("OUTPUT9", Datatype.INT32, 1, 16)));
    Map<String, Object> options = Map.of("scan", List.of("INPUT7"));
    var error =
        assertThrows(StageException.class, () -> fixture.stage(model, declared, options, pool));

    assertEquals(ErrorCode.INVALID_MANIFEST, error.code());
    var message = error.toString();
    assertTrue(message.contains("stage 'probe': its manifest and model " + model), message);
    assertTrue(
        message.contains(
            "input 'INPUT0': manifest says FP32[1, 16] (expected: to fit the model's 'INPUT0',"
                + " INT32[1, 16])"),
        message);
    assertTrue(message.contains("input 'INPUT9': the model has no input 'INPUT9'"), message);
    assertTrue(message.contains("model input 'INPUT1 INT32[1, 16]': not declared"), message);
    assertTrue(message.contains("output 'OUTPUT0': manifest says INT32[1, 17]"), message);
    assertTrue(message.contains("output 'OUTPUT9': the model has no output"), message);
    assertTrue(message.contains("option 'scan': 'INPUT7' (expected: one of"), message);
  }

  @Test
  void refusesAnInputDeclaredWiderThanTheModels() {
    var model = fixture.write("model.onnx", TinyModels.empty());
    var declared =
        new Signature(
            List.of(TensorSpec.of("x", Datatype.FP32, "batch", 4)),
            List.of(TensorSpec.of("y", Datatype.FP32, 1, 4)));

    assertThrows(StageException.class, () -> fixture.stage(model, declared, Map.of(), pool));
  }

  @Test
  void refusesOptionsOutOfRange() {
    var model = fixture.write("model.onnx", TinyModels.empty());
    var declared = OnnxModels.signature(model);
    for (var options :
        List.<Map<String, Object>>of(
            Map.of("intraOpThreads", 0L),
            Map.of("warmUpRuns", -1L),
            Map.of("warmUpDims", Map.of("batch", "many")))) {
      var error =
          assertThrows(StageException.class, () -> fixture.stage(model, declared, options, pool));
      assertEquals(ErrorCode.INVALID_MANIFEST, error.code());
    }
  }

  private static String messageOf(Path model) {
    var error = assertThrows(StageException.class, () -> OnnxModels.signature(model));
    assertEquals(ErrorCode.BAD_ARTIFACT, error.code());
    return error.toString();
  }

  private static void weights(Path file) throws IOException {
    var content = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    content.asFloatBuffer().put(new float[] {1, 2, 3, 4});
    Files.write(file, content.array());
  }
}
