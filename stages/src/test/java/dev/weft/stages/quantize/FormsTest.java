package dev.weft.stages.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.weft.stages.graph.Nodes;
import dev.weft.stages.graph.Tensors;
import dev.weft.stages.tensor.Shape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each form, run by ONNX Runtime, against a plain computation of what it stands for. */
class FormsTest {

  private static final int ROWS = 3;
  private static final int DEPTH = 70;
  private static final int COLUMNS = 40;
  private static final double SAME = 1e-5;

  @TempDir private Path folder;
  private Bench bench;
  private final Random random = new Random(7);
  private final float[] x = Bench.gaussian(random, ROWS * DEPTH, 1);
  private final float[] w = Bench.gaussian(random, DEPTH * COLUMNS, 0.2);

  @BeforeEach
  void open() {
    bench = new Bench(folder);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private byte[] matMul() {
    return new Graph()
        .input("x", DataType.FLOAT, "rows", DEPTH)
        .weight(Tensors.floats("w", w, DEPTH, COLUMNS))
        .node("MatMul", List.of("x", "w"), "y")
        .output("y", "rows", COLUMNS)
        .model();
  }

  @Test
  void aDynamicMatMulMultipliesRoundedInputsByWeightsRoundedPerColumn() {
    var quantized = bench.quantize(matMul(), Method.INT8_DYNAMIC);

    assertEquals(
        Set.of("Cast", "DynamicQuantizeLinear", "MatMulInteger", "Mul"),
        Bench.operators(quantized.model()));
    var expected =
        Reference.product(
            Reference.dynamicallyRounded(x),
            Reference.perChannel(w, COLUMNS, 1, Bench.levels()),
            ROWS,
            DEPTH,
            COLUMNS);
    var actual = bench.run(quantized.model(), bench.input("x", x, ROWS, DEPTH));
    assertEquals(0, Bench.relativeError(expected, actual), SAME);
  }

  @Test
  void aReducedRangeLeavesOneBitOfEachWeightUnused() {
    var settings = Settings.of(Method.INT8_DYNAMIC).withReducedRange();
    var quantized = bench.quantizer(matMul(), settings, Optional.empty()).write(Map.of());

    var expected =
        Reference.product(
            Reference.dynamicallyRounded(x),
            Reference.perChannel(w, COLUMNS, 1, 64),
            ROWS,
            DEPTH,
            COLUMNS);
    var actual = bench.run(quantized.model(), bench.input("x", x, ROWS, DEPTH));
    assertEquals(0, Bench.relativeError(expected, actual), SAME);
    assertEquals("true", quantized.recipe().parameters().get("reducedRange"));
  }

  private byte[] gemm(float[] bias) {
    var node = Graph.named("Gemm", "dense", List.of("x", "w", "bias"), "y");
    return new Graph()
        .input("x", DataType.FLOAT, "rows", DEPTH)
        .weight(Tensors.floats("w", w, COLUMNS, DEPTH))
        .weight(Tensors.floats("bias", bias, COLUMNS))
        .node(Nodes.with(Nodes.with(node, "transB", 1), "alpha", 0.5f))
        .output("y", "rows", COLUMNS)
        .model();
  }

  @Test
  void aDynamicGemmTurnsScalesAndAddsAsItsAttributesSay() {
    var bias = Bench.gaussian(random, COLUMNS, 1);
    var quantized = bench.quantize(gemm(bias), Method.INT8_DYNAMIC);

    var turned = MatrixWeight.transposed(w, COLUMNS, DEPTH);
    var expected =
        Reference.product(
            Reference.dynamicallyRounded(x),
            Reference.perChannel(turned, COLUMNS, 1, Bench.levels()),
            ROWS,
            DEPTH,
            COLUMNS);
    for (var i = 0; i < expected.length; i++) {
      expected[i] = expected[i] / 2 + bias[i % COLUMNS];
    }
    var actual = bench.run(quantized.model(), bench.input("x", x, ROWS, DEPTH));
    assertEquals(0, Bench.relativeError(expected, actual), SAME);
  }

  @Test
  void anInt4GemmIsWithinTheRoundingOfItsWeightsAndOfItsInputsAsBytes() {
    var bias = Bench.gaussian(random, COLUMNS, 1);
    var quantized = bench.quantize(gemm(bias), Method.INT4);

    assertEquals(Set.of("Add", "MatMulNBits"), Bench.operators(quantized.model()));
    var turned = MatrixWeight.transposed(w, COLUMNS, DEPTH);
    var expected = Reference.product(x, inBlocks(turned), ROWS, DEPTH, COLUMNS);
    for (var i = 0; i < expected.length; i++) {
      expected[i] = expected[i] / 2 + bias[i % COLUMNS];
    }
    var actual = bench.run(quantized.model(), bench.input("x", x, ROWS, DEPTH));
    assertEquals(0, Bench.relativeError(expected, actual), 0.015);
  }

  /** [DEPTH, COLUMNS] in 4 bits, as numbers again; within half a step of what went in. */
  private float[] inBlocks(float[] numbers) {
    var int4 = Int4Blocks.of(numbers, DEPTH, COLUMNS);
    var result = new float[numbers.length];
    for (var row = 0; row < DEPTH; row++) {
      for (var column = 0; column < COLUMNS; column++) {
        var block = column * int4.blocks() + row / Int4Blocks.BLOCK;
        var zeros = (int4.blocks() + 1) / 2 * 2;
        var level = half(int4.values(), block * Int4Blocks.BLOCK + row % Int4Blocks.BLOCK);
        var zero = half(int4.zeroPoints(), column * zeros + row / Int4Blocks.BLOCK);
        var number = (level - zero) * int4.scales()[block];
        var given = numbers[row * COLUMNS + column];
        assertEquals(given, number, int4.scales()[block] * 1.01, "row " + row);
        result[row * COLUMNS + column] = number;
      }
    }
    return result;
  }

  private static int half(byte[] bytes, int position) {
    return bytes[position / 2] >> position % 2 * 4 & 15;
  }

  @Test
  void rowsOfATableComeOutAsTheyWereRounded() {
    var rows = 100;
    var table = Bench.gaussian(random, rows * DEPTH, 1);
    var model =
        new Graph()
            .input("ids", DataType.INT64, "count")
            .weight(Tensors.floats("table", table, rows, DEPTH))
            .node("Gather", List.of("table", "ids"), "y")
            .output("y", "count", DEPTH)
            .model();
    for (var method : List.of(Method.INT8_DYNAMIC, Method.INT4)) {
      var quantized = bench.quantize(model, method);
      var ids = bench.pool().longs(Shape.of(2), 41, 7);

      var actual = bench.run(quantized.model(), new LinkedHashMap<>(Map.of("ids", ids)));

      var rounded = Reference.perChannel(table, rows, DEPTH, 127);
      var expected = new float[2 * DEPTH];
      System.arraycopy(rounded, 41 * DEPTH, expected, 0, DEPTH);
      System.arraycopy(rounded, 7 * DEPTH, expected, DEPTH, DEPTH);
      assertEquals(0, Bench.relativeError(expected, actual), SAME);
      assertTrue(quantized.model().length < table.length * 2);
    }
  }

  @Test
  void aDenseConvolutionComputesInBytesAndKeepsItsBias() {
    var channels = 4;
    var outputs = 6;
    var size = 5;
    var kernel = Bench.gaussian(random, outputs * channels * 9, 0.3);
    var bias = Bench.gaussian(random, outputs, 1);
    var node = Graph.named("Conv", "conv", List.of("x", "k", "b"), "y");
    var model =
        new Graph()
            .input("x", DataType.FLOAT, 1, channels, size, size)
            .weight(Tensors.floats("k", kernel, outputs, channels, 3, 3))
            .weight(Tensors.floats("b", bias, outputs))
            .node(Nodes.with(node, "pads", List.of(1L, 1L, 1L, 1L)))
            .output("y", 1, outputs, size, size)
            .model();
    var picture = Bench.gaussian(random, channels * size * size, 1);

    var quantized = bench.quantize(model, Method.INT8_DYNAMIC);

    assertTrue(Bench.operators(quantized.model()).contains("ConvInteger"));
    var expected =
        Reference.convolution(
            Reference.dynamicallyRounded(picture),
            Reference.perChannel(kernel, outputs, channels * 9, Bench.levels()),
            bias,
            channels,
            size);
    var actual = bench.run(quantized.model(), bench.input("x", picture, 1, channels, size, size));
    assertEquals(0, Bench.relativeError(expected, actual), SAME);
  }

  @Test
  void anLstmStaysWithinTheRoundingOfItsInputsAndStates() {
    var units = 16;
    var inputs = 12;
    var steps = 5;
    var weights = Bench.gaussian(random, 4 * units * inputs, 0.3);
    var recurrence = Bench.gaussian(random, 4 * units * units, 0.3);
    var bias = Bench.gaussian(random, 8 * units, 0.3);
    var node = Graph.named("LSTM", "lstm", List.of("x", "w", "r", "b"), "y");
    var model =
        new Graph()
            .input("x", DataType.FLOAT, "steps", 1, inputs)
            .weight(Tensors.floats("w", weights, 1, 4 * units, inputs))
            .weight(Tensors.floats("r", recurrence, 1, 4 * units, units))
            .weight(Tensors.floats("b", bias, 1, 8 * units))
            .node(Nodes.with(node, "hidden_size", units))
            .output("y", "steps", 1, 1, units)
            .model();
    var sound = Bench.gaussian(random, steps * inputs, 1);

    var quantized = bench.quantize(model, Method.INT8_DYNAMIC);

    assertEquals(Set.of("DynamicQuantizeLSTM"), Bench.operators(quantized.model()));
    var expected =
        Reference.lstm(
            sound,
            Reference.perChannel(weights, 4 * units, inputs, Bench.levels()),
            Reference.perChannel(recurrence, 4 * units, units, Bench.levels()),
            bias,
            units,
            inputs);
    var actual = bench.run(quantized.model(), bench.input("x", sound, steps, 1, inputs));
    assertEquals(0, Bench.relativeError(expected, actual), 0.02);
  }

  @Test
  void halfStorageComputesWithTheNearestHalves() {
    var quantized = bench.quantize(matMul(), Method.FP16);

    var halves = new float[w.length];
    for (var i = 0; i < w.length; i++) {
      halves[i] = Float.float16ToFloat(Float.floatToFloat16(w[i]));
    }
    var expected = Reference.product(x, halves, ROWS, DEPTH, COLUMNS);
    var actual = bench.run(quantized.model(), bench.input("x", x, ROWS, DEPTH));
    assertEquals(0, Bench.relativeError(expected, actual), SAME);
    assertTrue(quantized.model().length < matMul().length * 0.6);
  }

  @Test
  void channelsOfZerosAndVeryLargeOnesSurvive() {
    var odd = w.clone();
    for (var row = 0; row < DEPTH; row++) {
      odd[row * COLUMNS] = 0;
      odd[row * COLUMNS + 1] *= 1e30f;
      odd[row * COLUMNS + 2] = Float.MIN_VALUE;
    }
    var int8 = Int8Weights.of(odd, COLUMNS, 1, 127);
    var int4 = Int4Blocks.of(odd, DEPTH, COLUMNS);
    for (var scale : int8.scales()) {
      assertTrue(Float.isFinite(scale) && scale > 0, "scale " + scale);
    }
    for (var scale : int4.scales()) {
      assertTrue(Float.isFinite(scale) && scale > 0, "scale " + scale);
    }
    assertEquals(0, int8.values()[0]);
  }
}
