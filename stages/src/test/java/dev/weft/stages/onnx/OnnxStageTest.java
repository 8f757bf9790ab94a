package dev.weft.stages.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.stages.spi.Cancellation;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorMemoryException;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.stages.testkit.FixedContext;
import dev.weft.stages.testkit.ManualCancellation;
import dev.weft.stages.testkit.StageContract;
import dev.weft.stages.testkit.TinyModels;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxStageTest {

  private final TensorPool pool = new TensorPool(64 << 20, TensorPool.LeakTracing.ON);
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
  void addsAndSubtracts() {
    try (var stage = fixture.stage(TinyModels.addSub(), pool)) {
      stage.prepare(FixedContext.of(pool));
      var a = ints(3);
      var b = ints(5);
      var outputs = stage.run(FixedContext.of(pool), List.of(a, b));

      assertEquals(8, outputs.get(0).buffer().getInt(15 * Integer.BYTES));
      assertEquals(-2, outputs.get(1).buffer().getInt(15 * Integer.BYTES));
      closeAll(outputs);
      closeAll(List.of(a, b));
    }
  }

  @Test
  void keepsTheStageContract() {
    var model = fixture.write("classifier.onnx", TinyModels.classifier(12, 3));
    var declared = OnnxModels.signature(model);
    var contract =
        StageContract.of(
            new OnnxStageFactory(),
            stagePool -> fixture.setup(model, declared, Map.of(), stagePool),
            stagePool -> List.of(stagePool.floats(Shape.of(2, 12), new float[24])));

    contract.check();
    var refusal =
        contract.checkRefuses(wrong -> List.of(wrong.floats(Shape.of(1, 11), new float[11])));
    assertEquals(ErrorCode.INVALID_INPUT, refusal.code());
    assertTrue(
        refusal.toString().contains("input 'features' is FP32[1, 11] (expected: FP32[batch, 12])"),
        refusal.toString());
    assertEquals(
        ErrorCode.INVALID_INPUT,
        contract.checkRefuses(wrong -> List.of(wrong.longs(Shape.of(1, 12), new long[12]))).code());
  }

  @Test
  void writesOutputsOfKnownShapeStraightIntoLeasedMemory() {
    try (var stage = fixture.stage(TinyModels.classifier(4, 2), pool);
        var features = pool.floats(Shape.of(3, 4), 1, 2, 3, 4, 0, 0, 0, 0, 5, 5, 5, 5)) {
      var outputs = stage.run(FixedContext.of(pool), List.of(features));

      assertEquals(Shape.of(3, 2), outputs.getFirst().shape());
      assertArrayEquals(new float[] {4, 6, 0, 0, 10, 10}, outputs.getFirst().toFloats());
      assertEquals(0, pool.bytesCopied());
      closeAll(outputs);
    }
  }

  @Test
  void copiesOnceWhatTheModelAloneSizes() {
    try (var stage = fixture.stage(TinyModels.nonZero(), pool);
        var x = pool.floats(Shape.of(5), 0, 2, 0, 4, 5)) {
      var outputs = stage.run(FixedContext.of(pool), List.of(x));

      assertEquals(Shape.of(1, 3), outputs.getFirst().shape());
      assertArrayEquals(new long[] {1, 3, 4}, outputs.getFirst().toLongs());
      assertEquals(3 * Long.BYTES, pool.bytesCopied());
      closeAll(outputs);
    }
  }

  @Test
  void givesAnEmptyOutputWhereNothingIsFound() {
    try (var stage = fixture.stage(TinyModels.nonZero(), pool);
        var x = pool.floats(Shape.of(2), 0, 0)) {
      var outputs = stage.run(FixedContext.of(pool), List.of(x));

      assertEquals(Shape.of(1, 0), outputs.getFirst().shape());
      closeAll(outputs);
    }
  }

  @ParameterizedTest
  @EnumSource(value = Datatype.class, mode = EnumSource.Mode.EXCLUDE, names = "BYTES")
  void carriesEveryFixedSizeDatatypeBitByBit(Datatype datatype) {
    var seed = System.nanoTime();
    try (var stage = fixture.stage(TinyModels.identity(datatype, "n", 3), pool);
        var x = pool.allocate(datatype, Shape.of(2, 3))) {
      var content = new byte[Math.toIntExact(x.byteSize())];
      new Random(seed).nextBytes(content);
      for (var i = 0; datatype == Datatype.BOOL && i < content.length; i++) {
        content[i] &= 1;
      }
      x.buffer().put(content);
      var outputs = stage.run(FixedContext.of(pool), List.of(x));

      assertEquals(datatype, outputs.getFirst().datatype());
      assertArrayEquals(
          content, outputs.getFirst().segment().toArray(ValueLayout.JAVA_BYTE), "seed " + seed);
      closeAll(outputs);
    }
  }

  @Test
  void carriesByteStringsBothWays() {
    var texts = List.of("größe", "", "日本", "a\0b", "\uD83D\uDE00");
    try (var stage = fixture.stage(TinyModels.identity(Datatype.BYTES, "n"), pool);
        var x = pool.strings(texts)) {
      var outputs = stage.run(FixedContext.of(pool), List.of(x));

      assertEquals(texts, outputs.getFirst().toStrings());
      closeAll(outputs);
    }
  }

  @Test
  void refusesByteStringsThatAreNotUtf8() {
    try (var stage = fixture.stage(TinyModels.identity(Datatype.BYTES, "n"), pool);
        var x = pool.bytes(Shape.of(1), List.of("ö".getBytes(StandardCharsets.ISO_8859_1)))) {
      var error =
          assertThrows(StageException.class, () -> stage.run(FixedContext.of(pool), List.of(x)));
      assertEquals(ErrorCode.INVALID_INPUT, error.code());
    }
  }

  @Test
  void passesNotANumberOn() {
    try (var stage = fixture.stage(TinyModels.logarithm(), pool);
        var x = pool.floats(Shape.of(1, 4), 1, -1, 0, Float.NaN)) {
      var outputs = stage.run(FixedContext.of(pool), List.of(x));

      assertArrayEquals(
          new float[] {0, Float.NaN, Float.NEGATIVE_INFINITY, Float.NaN},
          outputs.getFirst().toFloats());
      closeAll(outputs);
    }
  }

  @Test
  void takesReadableNamesForTheModels() {
    var model = fixture.write("model.onnx", TinyModels.classifier(4, 2));
    var declared =
        new Signature(
            List.of(TensorSpec.of("signals", Datatype.FP32, 1, 4)),
            List.of(TensorSpec.of("scores", Datatype.FP32, 1, 2)));
    Map<String, Object> names =
        Map.of("inputs", Map.of("signals", "features"), "outputs", Map.of("scores", "logits"));
    try (var stage = fixture.stage(model, declared, names, pool);
        var x = pool.floats(Shape.of(1, 4), 1, 1, 2, 2)) {
      var outputs = stage.run(FixedContext.of(pool), List.of(x));

      assertArrayEquals(new float[] {3, 3}, outputs.getFirst().toFloats());
      assertEquals(declared, stage.signature());
      closeAll(outputs);
    }
  }

  @Test
  void reportsAnOutputShapeTheManifestPromisedInVain() {
    var model = fixture.write("model.onnx", TinyModels.identity(Datatype.FP32, "rows", 2));
    var declared =
        new Signature(
            List.of(TensorSpec.of("x", Datatype.FP32, "rows", 2)),
            List.of(TensorSpec.of("y", Datatype.FP32, 7, 2)));
    try (var stage = fixture.stage(model, declared, Map.of(), pool);
        var x = pool.floats(Shape.of(1, 2), 1, 2)) {
      var error =
          assertThrows(StageException.class, () -> stage.run(FixedContext.of(pool), List.of(x)));
      assertEquals(ErrorCode.STAGE_BROKE_CONTRACT, error.code());
    }
  }

  @Test
  void warmsUpWithTheSizesItIsTold() {
    var model = fixture.write("model.onnx", TinyModels.classifier(4, 2));
    Map<String, Object> dims = Map.of("warmUpDims", Map.of("batch", "1000000000000"));
    try (var stage = fixture.stage(model, OnnxModels.signature(model), dims, pool)) {
      assertThrows(TensorMemoryException.class, () -> stage.prepare(FixedContext.of(pool)));
    }
  }

  @Test
  void refusesARunThatWasCancelledBefore() {
    var cancellation = new ManualCancellation();
    cancellation.cancel();
    try (var stage = fixture.stage(TinyModels.empty(), pool);
        var x = pool.floats(Shape.of(1, 4), 1, 2, 3, 4)) {
      var context = FixedContext.of(pool).withCancellation(cancellation);
      var error = assertThrows(StageException.class, () -> stage.run(context, List.of(x)));
      assertEquals(ErrorCode.CANCELLED, error.code());
    }
  }

  @Test
  void stopsARunThatIsCancelledMidwayAndServesTheNext() throws Exception {
    var cancellation = new NoticingCancellation();
    try (var stage = fixture.stage(TinyModels.matMulChain(512, 200), pool);
        var x = pool.floats(Shape.of(64, 512), new float[64 * 512])) {
      var context = FixedContext.of(pool).withCancellation(cancellation);
      var run = CompletableFuture.supplyAsync(() -> codeOf(stage, context, x));
      cancellation.registered.await();
      cancellation.cancel();

      assertEquals(ErrorCode.CANCELLED, run.get());
      var after = FixedContext.of(pool).withCancellation(new ManualCancellation());
      closeAll(stage.run(after, List.of(x)));
    }
  }

  @Test
  void closesTwiceAndTellsItsSize() {
    var stage = fixture.stage(TinyModels.classifier(100, 10), pool);
    assertTrue(stage.nativeBytes() > 100 * 10 * Float.BYTES);
    stage.close();
    stage.close();
  }

  /** Tells when a run has registered, which is right before the model runs. */
  private static final class NoticingCancellation implements Cancellation {
    private final ManualCancellation cancellation = new ManualCancellation();
    private final CountDownLatch registered = new CountDownLatch(1);

    void cancel() {
      cancellation.cancel();
    }

    @Override
    public boolean isCancelled() {
      return cancellation.isCancelled();
    }

    @Override
    public Registration onCancel(Runnable action) {
      var registration = cancellation.onCancel(action);
      registered.countDown();
      return registration;
    }
  }

  private static ErrorCode codeOf(Stage stage, FixedContext context, Tensor x) {
    try {
      closeAll(stage.run(context, List.of(x)));
      throw new AssertionError("the run was not cancelled");
    } catch (StageException e) {
      return e.code();
    }
  }

  private Tensor ints(int value) {
    var tensor = pool.allocate(Datatype.INT32, Shape.of(1, 16));
    for (var i = 0; i < 16; i++) {
      tensor.buffer().putInt(i * Integer.BYTES, value);
    }
    return tensor;
  }

  private static void closeAll(List<Tensor> tensors) {
    tensors.forEach(Tensor::close);
  }
}
