package dev.weft.stages.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.weft.stages.graph.Nodes;
import dev.weft.stages.graph.Tensors;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights are found wherever a model keeps them. */
class PlacementTest {

  private static final int WIDTH = 64;
  private static final double ROUNDING = 0.02;

  @TempDir private Path folder;
  private Bench bench;
  private final Random random = new Random(11);
  private final float[] w = Bench.gaussian(random, WIDTH * WIDTH, 0.1);
  private final float[] x = Bench.gaussian(random, WIDTH, 1);
  private final TensorProto weight = Tensors.floats("w", w, WIDTH, WIDTH);

  @BeforeEach
  void open() {
    bench = new Bench(folder);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Graph graph() {
    return new Graph().input("x", DataType.FLOAT, 1, WIDTH);
  }

  private static NodeProto matMul(String from, String weight, String to) {
    return Graph.named("MatMul", "product " + to, List.of(from, weight), to);
  }

  /** Quantizes by all weight methods; the result must be small and near the original. */
  private void holds(byte[] model, int products, Map<String, Tensor> others) {
    for (var method : List.of(Method.INT8_DYNAMIC, Method.INT4, Method.FP16)) {
      var quantized = bench.quantize(model, method);
      assertEquals(products, quantized.quantized().size(), () -> quantized.layers().toString());
      assertTrue(
          quantized.model().length < w.length * 3,
          () -> "%s: %d bytes".formatted(method, quantized.model().length));
      others.values().forEach(tensor -> tensor.retain().retain());
      var before = bench.input("x", x, 1, WIDTH);
      var after = bench.input("x", x, 1, WIDTH);
      before.putAll(others);
      after.putAll(others);
      var error =
          Bench.relativeError(bench.run(model, before), bench.run(quantized.model(), after));
      assertTrue(error < ROUNDING * (method == Method.INT4 ? 10 : 1), method + ": " + error);
    }
    others.values().forEach(Tensor::close);
  }

  @Test
  void inAnInitializer() {
    var model = graph().weight(weight).node(matMul("x", "w", "y")).output("y", 1, WIDTH).model();
    holds(model, 1, Map.of());
  }

  @Test
  void inAConstantNode() {
    var model = graph().constant(weight).node(matMul("x", "w", "y")).output("y", 1, WIDTH).model();
    holds(model, 1, Map.of());
  }

  @Test
  void inAnExpressionOfConstants() {
    var halves = new float[w.length / 2];
    System.arraycopy(w, 0, halves, 0, halves.length);
    var concat = Graph.named("Concat", "both", List.of("upper", "upper"), "w");
    var model =
        graph()
            .constant(Tensors.floats("upper", halves, WIDTH / 2, WIDTH))
            .node(Nodes.with(concat, "axis", 0))
            .node(matMul("x", "w", "y"))
            .output("y", 1, WIDTH)
            .model();
    holds(model, 1, Map.of());
  }

  @Test
  void inTheBranchesOfAnIf() {
    var then = new Graph().weight(weight).node(matMul("x", "w", "a")).output("a", 1, WIDTH);
    var other = new Graph().constant(Tensors.floats("v", w, WIDTH, WIDTH));
    other.node(matMul("x", "v", "b")).output("b", 1, WIDTH);
    var branch = Graph.named("If", "if", List.of("wanted"), "y");
    var model =
        graph()
            .input("wanted", DataType.BOOL)
            .node(Graph.holding(Graph.holding(branch, "then_branch", then), "else_branch", other))
            .output("y", 1, WIDTH)
            .model();
    var wanted = bench.pool().allocate(Datatype.BOOL, Shape.of());
    wanted.segment().fill((byte) 1);
    for (var method : List.of(Method.INT8_DYNAMIC, Method.INT4, Method.FP16)) {
      var quantized = bench.quantize(model, method);
      assertEquals(2, quantized.quantized().size(), () -> quantized.layers().toString());
      wanted.retain();
      var inputs = bench.input("x", x, 1, WIDTH);
      inputs.put("wanted", wanted);
      assertEquals(WIDTH, bench.run(quantized.model(), inputs).length);
    }
    wanted.close();
  }

  @Test
  void inTheBodyOfALoopThatReadsAWeightAroundIt() {
    var body =
        new Graph()
            .input("i", DataType.INT64)
            .input("go", DataType.BOOL)
            .input("state", DataType.FLOAT, 1, WIDTH)
            .node("Identity", List.of("go"), "on")
            .node(matMul("state", "w", "next"))
            .output("on", DataType.BOOL)
            .output("next", 1, WIDTH);
    var loop = Graph.named("Loop", "loop", List.of("times", "", "x"), "y");
    var model =
        graph()
            .weight(weight)
            .weight(Tensors.longs("times", 2))
            .node(Graph.holding(loop, "body", body))
            .output("y", 1, WIDTH)
            .model();
    holds(model, 1, Map.of());
  }

  @Test
  void inTheBodyOfALoop() {
    var body =
        new Graph()
            .input("i", DataType.INT64)
            .input("go", DataType.BOOL)
            .input("state", DataType.FLOAT, 1, WIDTH)
            .weight(weight)
            .node("Identity", List.of("go"), "on")
            .node(matMul("state", "w", "next"))
            .output("on", DataType.BOOL)
            .output("next", 1, WIDTH);
    var loop = Graph.named("Loop", "loop", List.of("times", "", "x"), "y");
    var model =
        graph()
            .weight(Tensors.longs("times", 2))
            .node(Graph.holding(loop, "body", body))
            .output("y", 1, WIDTH)
            .model();
    holds(model, 1, Map.of());
  }

  @Test
  void inTheBodyOfAScan() {
    var body =
        new Graph()
            .input("row", DataType.FLOAT, WIDTH)
            .weight(weight)
            .node(matMul("row", "w", "product"))
            .output("product", WIDTH);
    var scan = Nodes.with(Graph.named("Scan", "scan", List.of("x"), "y"), "num_scan_inputs", 1);
    var model = graph().node(Graph.holding(scan, "body", body)).output("y", 1, WIDTH).model();
    holds(model, 1, Map.of());
  }

  @Test
  void sharedByTwoNodesItIsWrittenOnce() {
    var model =
        graph()
            .weight(weight)
            .node(matMul("x", "w", "between"))
            .node(matMul("between", "w", "y"))
            .output("y", 1, WIDTH)
            .model();
    holds(model, 2, Map.of());
  }

  @Test
  void readInAnotherWayTooItStaysForThatReader() {
    var transposed = Graph.named("Transpose", "turned", List.of("w"), "t");
    var model =
        graph()
            .weight(weight)
            .node(matMul("x", "w", "product"))
            .node(Graph.named("ReduceSum", "sum", List.of("w"), "total"))
            .node(transposed)
            .node("Add", List.of("product", "total"), "y")
            .output("y", 1, WIDTH)
            .model();
    var quantized = bench.quantize(model, Method.INT8_DYNAMIC);
    var expected = bench.run(model, bench.input("x", x, 1, WIDTH));
    var actual = bench.run(quantized.model(), bench.input("x", x, 1, WIDTH));
    assertTrue(Bench.relativeError(expected, actual) < ROUNDING);
  }

  @Test
  void inAFileBesideTheModel() throws IOException {
    Files.write(folder.resolve("weights.bin"), weight.getRawData().toByteArray());
    var outside =
        weight.toBuilder()
            .clearRawData()
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(
                StringStringEntryProto.newBuilder().setKey("location").setValue("weights.bin"))
            .build();
    var model = graph().weight(outside).node(matMul("x", "w", "y")).output("y", 1, WIDTH).model();

    var quantized = bench.quantize(model, Method.INT8_DYNAMIC);

    var expected = Reference.product(x, w, 1, WIDTH, WIDTH);
    var actual = bench.run(quantized.model(), bench.input("x", x, 1, WIDTH));
    assertTrue(Bench.relativeError(expected, actual) < ROUNDING);
    var before = quantized.recipe().source();
    Files.write(folder.resolve("weights.bin"), new byte[w.length * Float.BYTES]);
    assertFalse(
        before.equals(bench.quantize(model, Method.FP16).recipe().source()),
        "the digest of a model is that of its weights too");
  }

  @Test
  void aWeightThatCallersMayReplaceStays() {
    var replaceable =
        graph()
            .input("w", DataType.FLOAT, WIDTH, WIDTH)
            .weight(weight)
            .constant(Tensors.floats("v", w, WIDTH, WIDTH))
            .node(matMul("x", "w", "between"))
            .node(matMul("between", "v", "y"))
            .output("y", 1, WIDTH)
            .model();

    var quantized = bench.quantize(replaceable, Method.INT8_DYNAMIC);

    assertEquals(List.of("product between"), quantized.kept().stream().map(Layer::node).toList());
  }
}
