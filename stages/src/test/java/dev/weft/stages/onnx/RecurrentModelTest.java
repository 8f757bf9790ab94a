package dev.weft.stages.onnx;

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
import dev.weft.stages.testkit.StageContract;
import dev.weft.stages.testkit.TinyModels;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecurrentModelTest {

  private static final Signature FRAMES =
      new Signature(
          List.of(TensorSpec.of("frames", Datatype.FP32, "steps", 2)),
          List.of(TensorSpec.of("sums", Datatype.FP32, "steps", 2)));
  private static final Map<String, Object> SCANNED =
      Map.of(
          "scan", List.of("input"),
          "carry", Map.of("state", "stateN"),
          "constants", Map.of("gain", "10"),
          "inputs", Map.of("frames", "input"),
          "outputs", Map.of("sums", "output"));

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
  void carriesItsStateFromRowToRowAndStartsFromZeroEachRun() {
    var model = fixture.write("sum.onnx", TinyModels.runningSum(2));
    try (var stage = fixture.stage(model, FRAMES, SCANNED, pool);
        var frames = pool.floats(Shape.of(3, 2), 1, 2, 3, 4, 5, 6)) {
      for (var run = 0; run < 2; run++) {
        var outputs = stage.run(FixedContext.of(pool), List.of(frames));
        assertArrayEquals(new float[] {10, 20, 40, 60, 90, 120}, outputs.getFirst().toFloats());
        outputs.forEach(Tensor::close);
      }
      assertEquals(0, pool.bytesCopied());
    }
  }

  @Test
  void stacksRowsWhoseShapeOnlyTheModelKnows() {
    var declared =
        new Signature(
            List.of(TensorSpec.of("frames", Datatype.FP32, "steps")),
            List.of(TensorSpec.of("rows", Datatype.INT64, "steps", "count")));
    Map<String, Object> options =
        Map.of(
            "scan", List.of("x"),
            "inputs", Map.of("frames", "x"),
            "outputs", Map.of("rows", "y"));
    var nonZero = fixture.write("nonzero.onnx", TinyModels.nonZero());
    try (var stage = fixture.stage(nonZero, declared, options, pool);
        var frames = pool.floats(Shape.of(3), 1, 1, 1);
        var uneven = pool.floats(Shape.of(3), 1, 0, 1);
        var none = pool.floats(Shape.of(0))) {
      var outputs = stage.run(FixedContext.of(pool), List.of(frames));
      assertEquals(Shape.of(3, 1), outputs.getFirst().shape());
      outputs.forEach(Tensor::close);

      assertEquals(
          ErrorCode.STAGE_BROKE_CONTRACT,
          assertThrows(
                  StageException.class, () -> stage.run(FixedContext.of(pool), List.of(uneven)))
              .code());
      assertEquals(
          ErrorCode.INVALID_INPUT,
          assertThrows(StageException.class, () -> stage.run(FixedContext.of(pool), List.of(none)))
              .code());
    }
  }

  @Test
  void givesNoRowsForNone() {
    var model = fixture.write("sum.onnx", TinyModels.runningSum(2));
    try (var stage = fixture.stage(model, FRAMES, SCANNED, pool);
        var none = pool.floats(Shape.of(0, 2))) {
      var outputs = stage.run(FixedContext.of(pool), List.of(none));
      assertEquals(Shape.of(0, 2), outputs.getFirst().shape());
      outputs.forEach(Tensor::close);
    }
  }

  @Test
  void keepsTheStageContract() {
    var model = fixture.write("sum.onnx", TinyModels.runningSum(2));
    StageContract.of(
            new OnnxStageFactory(),
            stagePool -> fixture.setup(model, FRAMES, SCANNED, stagePool),
            stagePool -> List.of(stagePool.floats(Shape.of(2, 2), 1, 2, 3, 4)))
        .check();
  }

  @Test
  void refusesAConstantThatIsNoValueOfItsInput() {
    var model = fixture.write("sum.onnx", TinyModels.runningSum(2));
    Map<String, Object> options =
        Map.of(
            "scan", List.of("input"),
            "carry", Map.of("state", "stateN"),
            "constants", Map.of("gain", "loud"),
            "inputs", Map.of("frames", "input"),
            "outputs", Map.of("sums", "output"));
    var error =
        assertThrows(StageException.class, () -> fixture.stage(model, FRAMES, options, pool));

    assertTrue(
        error.toString().contains("option 'constants': gain: 'loud' (expected: a value of INT64)"),
        error.toString());
  }
}
