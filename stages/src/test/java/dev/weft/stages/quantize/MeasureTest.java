package dev.weft.stages.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.weft.stages.calibration.Sample;
import dev.weft.stages.graph.Tensors;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a quantized model is what it does. */
class MeasureTest {

  private static final int WIDTH = 64;

  @TempDir private Path folder;
  private Bench bench;
  private final Random random = new Random(5);
  private byte[] model = {};

  @BeforeEach
  void open() {
    bench = new Bench(folder);
    var uneven = Bench.gaussian(random, WIDTH * WIDTH, 0.1);
    for (var row = 1; row < WIDTH; row++) {
      uneven[row * WIDTH] /= 1000;
    }
    for (var column = 0; column < WIDTH; column++) {
      uneven[column] = 40;
    }
    model = twoLayers("uneven", uneven);
  }

  /** A layer of even weights, then one of the given ones. */
  private byte[] twoLayers(String second, float[] weights) {
    return new Graph()
        .input("x", DataType.FLOAT, 1, WIDTH)
        .weight(Tensors.floats("w", even(), WIDTH, WIDTH))
        .weight(Tensors.floats("v", weights, WIDTH, WIDTH))
        .node(Graph.named("MatMul", "even", List.of("x", "w"), "between"))
        .node(Graph.named("MatMul", second, List.of("between", "v"), "y"))
        .output("y", 1, WIDTH)
        .model();
  }

  private float[] even() {
    return Bench.gaussian(random, WIDTH * WIDTH, 0.1);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Map<String, Tensor> frame() {
    return bench.input("x", Bench.gaussian(random, WIDTH, 1), 1, WIDTH);
  }

  @Test
  void differencesAreTakenFromAllRuns() {
    var sum = new OutputError.Sum("y");
    sum.add(new float[] {3, 4}, new float[] {3, 4});
    sum.add(new float[] {0, 10}, new float[] {0, 9});
    var error = sum.error();
    assertEquals(1, error.maxAbs());
    assertEquals(1 / Math.sqrt(125), error.relativeL2(), 1e-12);
    assertEquals(1, error.cosine(), 1e-12);
    assertEquals(0, error.broken());
  }

  @Test
  void anOutputThatIsNoNumberOrOfAnotherShapeIsBrokenAndNeverOffered() {
    var sum = new OutputError.Sum("y");
    sum.add(new float[] {1, 2}, new float[] {1, Float.NaN});
    var a = bench.pool().floats(Shape.of(2), 1, 2);
    var b = bench.pool().floats(Shape.of(1, 2), 1, 2);
    sum.add(a, Optional.of(b));
    a.close();
    b.close();
    assertEquals(2, sum.error().broken());
    var fast = SpeedUp.of(2, 2, 2, 2, 2, 2);
    var objection = Measured.objection(fast, List.of(sum.error()));
    assertTrue(objection.orElseThrow().contains("'y'"));
  }

  @Test
  void onlyWhatIsFasterBeyondDoubtIsOffered() {
    var sound = List.of(new OutputError("y", 0, 0, 1, 9, 0));
    assertEquals(Optional.empty(), Measured.objection(SpeedUp.of(1.1, 2, 2, 2, 2, 2), sound));
    var doubt = Measured.objection(SpeedUp.of(0.9, 2, 2, 2, 2, 2), sound);
    assertTrue(doubt.orElseThrow().contains("not faster beyond doubt: 2.000"));
  }

  @Test
  void whatHasNoOutputToCompareIsNotOffered() {
    var fast = SpeedUp.of(2, 2, 2, 2, 2, 2);
    assertEquals(
        Optional.of("no output to compare: the model has none of FP32"),
        Measured.objection(fast, List.of()));

    var sum = new OutputError.Sum("y");
    sum.add(new float[] {Float.NaN}, new float[] {1});
    sum.add(new float[0], new float[0]);
    assertEquals(
        Optional.of("no output to compare: 'y' holds no finite number in any run"),
        Measured.objection(fast, List.of(sum.error())));
  }

  @Test
  void anOutputThatTheOtherModelDoesNotGiveIsBroken() {
    var sum = new OutputError.Sum("y");
    try (var a = bench.pool().floats(Shape.of(2), 1, 2)) {
      sum.add(a, Optional.empty());
    }
    assertEquals(1, sum.error().broken());
  }

  @Test
  void errorsOfAModelThatGivesNoFloatsAreNotTaken() {
    var labels =
        new Graph()
            .input("x", DataType.FLOAT, 1, WIDTH)
            .weight(Tensors.floats("w", even(), WIDTH, WIDTH))
            .node(Graph.named("MatMul", "even", List.of("x", "w"), "between"))
            .node("ArgMax", List.of("between"), "y")
            .output("y", DataType.INT64, 1, WIDTH)
            .model();
    var frame = frame();
    var quantizer = bench.quantizer(labels, Settings.of(Method.INT8_DYNAMIC), Optional.empty());
    var samples = List.of(new Sample("a run", frame));
    try (var original = Original.of("original", labels, samples, bench.pool())) {
      var measured = Measured.of(quantizer.write(Map.of()), original, 7, System::nanoTime);
      assertEquals(
          Optional.of("no output to compare: the model has none of FP32"), measured.objection());
      var refusal =
          assertThrows(
              StageException.class, () -> Sensitivity.of(quantizer, Map.of(), original, _ -> {}));
      assertTrue(
          String.valueOf(refusal.getMessage()).startsWith("no output to compare (expected: "));
    }
    frame.values().forEach(Tensor::close);
  }

  @Test
  void aModelThatDoesNotRunOnASampleNamesIt() {
    var wrong = bench.input("x", new float[] {1, 2}, 1, 2);
    var samples = List.of(new Sample("inputs/run-7", wrong));
    var refusal =
        assertThrows(
            StageException.class, () -> Original.of("original", model, samples, bench.pool()));
    assertTrue(
        String.valueOf(refusal.getMessage()).startsWith("inputs/run-7: "), () -> "" + refusal);
    wrong.values().forEach(Tensor::close);
  }

  @Test
  void theIntervalIsThatOfTheBinomialDistribution() {
    var ratios = new double[21];
    for (var i = 0; i < ratios.length; i++) {
      ratios[i] = (i * 8 % 21 + 1) / 10.0;
    }
    var speedUp = SpeedUp.of(ratios);
    assertEquals(1.1, speedUp.median(), 1e-12);
    // Ranks 6 and 16 of 21: P(Binomial(21, 1/2) <= 5) = 0.0133, with 6 it is 0.039.
    assertEquals(0.6, speedUp.low(), 1e-12);
    assertEquals(1.6, speedUp.high(), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> SpeedUp.of(1, 1, 1, 1, 1));
  }

  @Test
  void theIntervalHoldsTheMedianInNineteenOfTwentyTrials() {
    var held = 0;
    for (var trial = 0; trial < 400; trial++) {
      var ratios = new double[15];
      for (var i = 0; i < ratios.length; i++) {
        ratios[i] = Math.exp(random.nextGaussian());
      }
      var speedUp = SpeedUp.of(ratios);
      held += speedUp.low() <= 1 && 1 <= speedUp.high() ? 1 : 0;
    }
    assertTrue(held >= 372, "held in " + held + " of 400");
  }

  @Test
  void aModelIsMeasuredInTurnsByTheClockItIsGiven() {
    var time = new long[1];
    var even = twoLayers("second", even());
    var quantized = bench.quantize(even, Method.INT8_DYNAMIC);
    var frame = frame();
    try (var original =
        Original.of("original", even, List.of(new Sample("a run", frame)), bench.pool())) {
      // Every look at the clock is a millisecond after the one before, whatever ran.
      var measured = Measured.of(quantized, original, 7, () -> time[0] += 1_000_000);
      assertEquals(1, measured.speedUp().median());
      assertEquals(7, measured.speedUp().rounds());
      assertFalse(measured.isOffered());
      assertEquals(quantized.model().length, measured.bytes());
      assertTrue(measured.errors().getFirst().relativeL2() < 0.05);
      assertTrue(measured.errors().getFirst().relativeL2() > 0);
    }
    frame.values().forEach(Tensor::close);
  }

  @Test
  void theLayerThatCostsMostComesFirstAndIsKeptForABudget() {
    var frame = frame();
    var quantizer = bench.quantizer(model, Settings.of(Method.INT8_DYNAMIC), Optional.empty());
    try (var original =
        Original.of("original", model, List.of(new Sample("a run", frame)), bench.pool())) {
      var sensitivity = Sensitivity.of(quantizer, Map.of(), original, _ -> {});
      var costs = sensitivity.layers();
      assertEquals(2, costs.size());
      assertTrue(costs.get(0).error() > costs.get(1).error());

      var between = (costs.get(0).error() + costs.get(1).error()) / 2;
      var held = new ErrorTolerance(between).hold(quantizer, Map.of(), sensitivity, original);
      assertEquals(List.of(costs.get(0).node()), held.kept().stream().map(Layer::node).toList());
      assertTrue(original.worst(held.model()) <= between);

      var wide = new ErrorTolerance(1).hold(quantizer, Map.of(), sensitivity, original);
      assertEquals(List.of(), wide.kept());
      var refusal =
          assertThrows(
              StageException.class,
              () -> new ErrorTolerance(1e-9).hold(quantizer, Map.of(), sensitivity, original));
      assertEquals(ErrorCode.FAILED_PRECONDITION, refusal.code());
    }
    frame.values().forEach(Tensor::close);
  }
}
