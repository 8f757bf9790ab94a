package dev.weft.stages.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.weft.stages.calibration.Range;
import dev.weft.stages.calibration.RangeRule;
import dev.weft.stages.calibration.Sample;
import dev.weft.stages.calibration.Samples;
import dev.weft.stages.graph.ModelGraph;
import dev.weft.stages.graph.Nodes;
import dev.weft.stages.graph.Tensors;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Shape;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Static int8 against a plain computation with the ranges of its samples. */
class StaticTest {

  private static final int DEPTH = 48;
  private static final int COLUMNS = 20;

  /** One step of a byte may round the other way in the runtime's fused kernels. */
  private static final double NEAR = 0.01;

  @TempDir private Path folder;
  private Bench bench;
  private final Random random = new Random(23);

  @BeforeEach
  void open() {
    bench = new Bench(folder);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Samples samples(float[] values, long... dims) {
    return new Samples(
        List.of(new Sample("a run", Map.of("x", bench.pool().floats(Shape.of(dims), values)))));
  }

  private Quantized quantize(byte[] model, RangeRule rule, Samples samples) {
    var settings = Bench.settings(Method.INT8_STATIC).with(rule);
    return bench.quantizer(model, settings, Optional.of(samples)).write(Map.of());
  }

  private static float[] through(float[] x, Range range) {
    return Reference.rounded(x, range.scale(), range.zeroPoint(), 0, 255);
  }

  private static Range rangeOf(float[] values) {
    var low = 0f;
    var high = 0f;
    for (var value : values) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    return new Range(low, high);
  }

  @Test
  void productsRoundTheirInputsToTheRangeOfTheSamples() {
    var w = Bench.gaussian(random, DEPTH * COLUMNS, 0.2);
    var seen = Bench.gaussian(random, 8 * DEPTH, 1);
    var x = Bench.gaussian(random, DEPTH, 2);
    for (var operatorSet : List.of(11, 17)) {
      var model =
          new Graph()
              .input("x", DataType.FLOAT, "rows", DEPTH)
              .weight(Tensors.floats("w", w, DEPTH, COLUMNS))
              .node("MatMul", List.of("x", "w"), "y")
              .output("y", "rows", COLUMNS)
              .model(operatorSet);
      try (var samples = samples(seen, 8, DEPTH)) {
        var quantized = quantize(model, RangeRule.MIN_MAX, samples);
        var expected =
            Reference.product(
                through(x, rangeOf(seen)),
                Reference.perChannel(w, COLUMNS, 1, Bench.levels()),
                1,
                DEPTH,
                COLUMNS);
        var actual = bench.run(quantized.model(), bench.input("x", x, 1, DEPTH));
        assertEquals(0, Bench.relativeError(expected, actual), 1e-5, "set " + operatorSet);
        assertEquals(Optional.of(samples.digest()), quantized.recipe().calibration());
      }
    }
  }

  @Test
  void convolutionsTakeInTheReluAfterThem() {
    var channels = 4;
    var outputs = 6;
    var size = 6;
    var kernel = Bench.gaussian(random, outputs * channels * 9, 0.3);
    var bias = Bench.gaussian(random, outputs, 1);
    var conv = Graph.named("Conv", "conv", List.of("x", "k", "b"), "c");
    var picture = Bench.gaussian(random, channels * size * size, 1);
    for (var operatorSet : List.of(11, 17)) {
      var model =
          new Graph()
              .input("x", DataType.FLOAT, 1, channels, size, size)
              .weight(Tensors.floats("k", kernel, outputs, channels, 3, 3))
              .weight(Tensors.floats("b", bias, outputs))
              .node(Nodes.with(conv, "pads", List.of(1L, 1L, 1L, 1L)))
              .node("Relu", List.of("c"), "y")
              .output("y", 1, outputs, size, size)
              .model(operatorSet);
      try (var samples = samples(picture, 1, channels, size, size)) {
        var quantized = quantize(model, RangeRule.MIN_MAX, samples);
        assertFalse(Bench.operators(quantized.model()).contains("Relu"));
        var exact = rectified(Reference.convolution(picture, kernel, bias, channels, size));
        var rounded =
            Reference.convolution(
                through(picture, rangeOf(picture)),
                Reference.perChannel(kernel, outputs, channels * 9, Bench.levels()),
                bias,
                channels,
                size);
        var expected = through(rectified(rounded), rangeOf(exact));
        var input = bench.input("x", picture, 1, channels, size, size);
        var actual = bench.run(quantized.model(), input);
        assertEquals(0, Bench.relativeError(expected, actual), NEAR, "set " + operatorSet);
      }
    }
  }

  private static float[] rectified(float[] values) {
    var result = values.clone();
    for (var i = 0; i < result.length; i++) {
      result[i] = Math.max(0, result[i]);
    }
    return result;
  }

  @Test
  void aReluStaysBehindAConvolutionThatStays() {
    var kernel = Bench.gaussian(random, 16, 1);
    var model =
        new Graph()
            .input("x", DataType.FLOAT, 1, 4, 3, 3)
            .weight(Tensors.floats("k", kernel, 4, 4, 1, 1))
            .weight(Tensors.floats("l", kernel, 4, 4, 1, 1))
            .node(Graph.named("Conv", "first", List.of("x", "k"), "a"))
            .node("Relu", List.of("a"), "b")
            .node(Graph.named("Conv", "second", List.of("b", "l"), "y"))
            .output("y", 1, 4, 3, 3)
            .model();
    var x = Bench.gaussian(random, 36, 1);
    try (var samples = samples(x, 1, 4, 3, 3)) {
      var settings = Bench.settings(Method.INT8_STATIC);
      var quantizer = bench.quantizer(model, settings, Optional.of(samples));
      var quantized = quantizer.write(Map.of("first", "asked for"));
      assertTrue(Bench.operators(quantized.model()).contains("Relu"));
      var expected = bench.run(model, bench.input("x", x, 1, 4, 3, 3));
      var actual = bench.run(quantized.model(), bench.input("x", x, 1, 4, 3, 3));
      assertEquals(0, Bench.relativeError(expected, actual), 0.05);
    }
  }

  @Test
  void withoutSamplesItIsRefused() {
    var model =
        new Graph()
            .input("x", DataType.FLOAT, 1, 2)
            .weight(Tensors.floats("w", new float[] {1, 2, 3, 4}, 2, 2))
            .node("MatMul", List.of("x", "w"), "y")
            .output("y", 1, 2)
            .model();
    var settings = Bench.settings(Method.INT8_STATIC);
    var refusal =
        assertThrows(
            StageException.class, () -> bench.quantizer(model, settings, Optional.empty()));
    assertEquals(ErrorCode.FAILED_PRECONDITION, refusal.code());
    assertTrue(refusal.toString().contains("no recorded inputs"));
  }

  @Test
  void whatIsNoNumberIsNamedWithItsInputAndRun() {
    var model =
        new Graph()
            .input("x", DataType.FLOAT, 1, 2)
            .weight(Tensors.floats("w", new float[] {1, 2, 3, 4}, 2, 2))
            .node("MatMul", List.of("x", "w"), "y")
            .output("y", 1, 2)
            .model();
    for (var method : List.of(Method.INT8_STATIC, Method.INT8_DYNAMIC)) {
      try (var samples = samples(new float[] {1, Float.NaN}, 1, 2)) {
        var settings = Settings.of(method);
        var refusal =
            assertThrows(
                StageException.class, () -> bench.quantizer(model, settings, Optional.of(samples)));
        assertEquals(ErrorCode.FAILED_PRECONDITION, refusal.code());
        assertEquals(
            "a run: input 'x': NaN at position 1 (expected: finite numbers)", refusal.getMessage());
      }
    }
  }

  @Test
  void whatTheModelMakesInfiniteIsNamedWithItsRun() {
    var model =
        new Graph()
            .input("x", DataType.FLOAT, 1, 2)
            .weight(Tensors.floats("w", new float[] {1, 2, 3, 4}, 2, 2))
            .node("Exp", List.of("x"), "between")
            .node("MatMul", List.of("between", "w"), "y")
            .output("y", 1, 2)
            .model();
    try (var samples = samples(new float[] {1, 1000}, 1, 2)) {
      var settings = Bench.settings(Method.INT8_STATIC);
      var refusal =
          assertThrows(
              StageException.class, () -> bench.quantizer(model, settings, Optional.of(samples)));
      assertEquals(
          "a run: tensor 'between', inside the model: Infinity (expected: finite numbers)",
          refusal.getMessage());
    }
  }

  @Test
  void outliersAreCutByPercentileAndByEntropyAndNotByExtremes() {
    var x = Bench.gaussian(random, 40_000, 1);
    x[77] = 80;
    var ones = new float[100];
    Arrays.fill(ones, 1);
    var model =
        new Graph()
            .input("x", DataType.FLOAT, 400, 100)
            .weight(Tensors.floats("w", ones, 100, 1))
            .node(Nodes.node("MatMul", List.of("x", "w"), List.of("y")))
            .output("y", 400, 1)
            .model();
    try (var samples = samples(x, 400, 100)) {
      var graph = ModelGraph.parse("test", model);
      assertEquals(80f, high(RangeRule.MIN_MAX, graph, samples));
      var percentile = high(RangeRule.PERCENTILE, graph, samples);
      assertTrue(percentile > 2 && percentile < 8, "percentile " + percentile);
      var entropy = high(RangeRule.ENTROPY, graph, samples);
      assertTrue(entropy > 2 && entropy < 40, "entropy " + entropy);
    }
  }

  private float high(RangeRule rule, ModelGraph graph, Samples samples) {
    var ranges = rule.ranges(graph, List.of("x"), samples, bench.pool());
    return ranges.values().iterator().next().high();
  }
}
