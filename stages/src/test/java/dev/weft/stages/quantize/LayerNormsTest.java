package dev.weft.stages.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.weft.stages.graph.Tensors;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LayerNormsTest {

  private static final String KERNEL = "SkipLayerNormalization";
  private static final int WORDS = 3;
  private static final int WIDTH = 64;
  private static final float EPSILON = 1e-3f;
  private static final double SUMMED_IN_ANOTHER_ORDER = 1e-6;

  private final Random random = new Random(5);

  /** Small, so that the epsilon weighs as much as the variance. */
  private final float[] x = Bench.gaussian(random, WORDS * WIDTH, 0.03);

  private final float[] scale = Bench.gaussian(random, WIDTH, 1);
  private final float[] bias = Bench.gaussian(random, WIDTH, 1);

  @TempDir private Path folder;
  private Bench bench;

  @BeforeEach
  void open() {
    bench = new Bench(folder);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Graph withConstants(Object... dims) {
    return new Graph()
        .input("x", DataType.FLOAT, dims)
        .weight(Tensors.floats("scale", scale, WIDTH))
        .weight(Tensors.floats("bias", bias, WIDTH))
        .weight(Tensors.floats("epsilon", new float[] {EPSILON}))
        .weight(Tensors.floats("two", new float[] {2}));
  }

  private static Graph thenProduct(Graph graph, Object... dims) {
    var weights = Bench.gaussian(new Random(6), WIDTH * WIDTH, 0.1);
    return graph
        .weight(Tensors.floats("w", weights, WIDTH, WIDTH))
        .node("MatMul", List.of("normal", "w"), "y")
        .output("normal", dims)
        .output("y", dims);
  }

  private static NodeProto operator(List<String> inputs) {
    var node = Graph.named("LayerNormalization", "norm", inputs, "normal");
    return Graph.with(node, "epsilon", EPSILON);
  }

  private byte[] asOperator(List<String> inputs, Object... dims) {
    return thenProduct(withConstants(dims).node(operator(inputs)), dims).model();
  }

  private static NodeProto mean(String of, String output, long axis) {
    return Graph.with(
        Graph.named("ReduceMean", output, List.of(of), output), "axes", List.of(axis));
  }

  /** As exporters wrote it before there was an operator, each sum and product this way round. */
  private byte[] asExpression(boolean turned, long axis, Object... dims) {
    var graph =
        withConstants(dims)
            .node(mean("x", "mean", axis))
            .node("Sub", List.of("x", "mean"), "centered")
            .node("Pow", List.of("centered", "two"), "squared")
            .node(mean("squared", "variance", axis))
            .node("Add", pair("variance", "epsilon", turned), "kept-from-zero")
            .node("Sqrt", List.of("kept-from-zero"), "deviation")
            .node("Div", List.of("centered", "deviation"), "divided")
            .node("Mul", pair("divided", "scale", turned), "scaled")
            .node("Add", pair("scaled", "bias", turned), "normal");
    return thenProduct(graph, dims).model();
  }

  private static List<String> pair(String first, String second, boolean turned) {
    return turned ? List.of(second, first) : List.of(first, second);
  }

  /** Of the first output, which is the normalization itself. */
  private void assertSameNumbers(byte[] model, Quantized quantized, long... dims) {
    var expected = bench.run(model, bench.input("x", x, dims));
    var actual = bench.run(quantized.model(), bench.input("x", x, dims));
    assertEquals(0, Bench.relativeError(expected, actual), SUMMED_IN_ANOTHER_ORDER);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anExpressionIsFoundWhicheverWayItsSumsAreWritten(boolean turned) {
    var model = asExpression(turned, -1, "batch", "words", WIDTH);

    var quantized = bench.quantize(model, Method.INT8_DYNAMIC);

    assertEquals(1, quantized.layerNorms());
    assertTrue(Bench.operators(quantized.model()).contains(KERNEL));
    assertFalse(
        Bench.operators(quantized.model()).contains("ReduceMean"), "what is not read stays");
    assertSameNumbers(model, quantized, 1, WORDS, WIDTH);
  }

  @Test
  void theOperatorIsWrittenSoWithAndWithoutABias() {
    for (var inputs : List.of(List.of("x", "scale"), List.of("x", "scale", "bias"))) {
      var model = asOperator(inputs, "words", WIDTH);

      var quantized = bench.quantize(model, Method.INT4);

      assertEquals(1, quantized.layerNorms());
      assertSameNumbers(model, quantized, WORDS, WIDTH);
    }
  }

  @Test
  void aShapeThatTheKernelDoesNotTakeOrNobodyKnowsStays() {
    for (var dims : List.of(List.of("b", "a", "words", WIDTH), List.of("words", "unknown"))) {
      var model = asOperator(List.of("x", "scale", "bias"), dims.toArray());

      var quantized = bench.quantize(model, Method.INT8_DYNAMIC);

      assertEquals(0, quantized.layerNorms());
      assertTrue(Bench.operators(quantized.model()).contains("LayerNormalization"));
    }
  }

  @Test
  void aNormalizationOverAnotherAxisIsNone() {
    var quantized = bench.quantize(asExpression(false, 1, 1, WIDTH, WIDTH), Method.INT8_DYNAMIC);

    assertEquals(0, quantized.layerNorms());
  }

  @Test
  void storageInHalvesLeavesThemAsTheyAre() {
    var model = asOperator(List.of("x", "scale", "bias"), "words", WIDTH);

    assertEquals(0, bench.quantize(model, Method.FP16).layerNorms());
  }
}
