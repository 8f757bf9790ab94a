package dev.weft.stages.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.weft.stages.graph.Nodes;
import dev.weft.stages.graph.Tensors;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be quantized is refused or left as it is, always with the reason. */
class RefusalTest {

  private static final int WIDTH = 32;

  @TempDir private Path folder;
  private Bench bench;
  private final float[] w = Bench.gaussian(new Random(3), WIDTH * WIDTH, 0.1);

  @BeforeEach
  void open() {
    bench = new Bench(folder);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  private Graph two(float[] second) {
    return new Graph()
        .input("x", DataType.FLOAT, 1, WIDTH)
        .weight(Tensors.floats("w", w, WIDTH, WIDTH))
        .weight(Tensors.floats("v", second, WIDTH, WIDTH))
        .node(Graph.named("MatMul", "first", List.of("x", "w"), "between"))
        .node(Graph.named("MatMul", "second", List.of("between", "v"), "y"))
        .output("y", 1, WIDTH);
  }

  private StageException refused(ErrorCode code, byte[] model, Method method) {
    var refusal = assertThrows(StageException.class, () -> bench.quantize(model, method));
    assertEquals(code, refusal.code(), refusal::toString);
    assertTrue(refusal.toString().contains("model.onnx"), refusal::toString);
    return refusal;
  }

  private static void says(StageException refusal, String... words) {
    for (var word : words) {
      assertTrue(refusal.toString().contains(word), refusal::toString);
    }
  }

  @Test
  void aFileThatIsNoModel() {
    var text = "no model at all".getBytes(StandardCharsets.UTF_8);
    says(refused(ErrorCode.BAD_ARTIFACT, text, Method.INT4), "not an ONNX model");
  }

  @Test
  void aModelCutShort() {
    var whole = two(w).model();
    var half = Arrays.copyOf(whole, whole.length / 2);
    says(refused(ErrorCode.BAD_ARTIFACT, half, Method.FP16), "truncated");
  }

  @Test
  void aWeightThatIsNotANumber() {
    var broken = w.clone();
    broken[17] = Float.NaN;
    for (var method : List.of(Method.INT8_DYNAMIC, Method.INT4, Method.FP16)) {
      var refusal = refused(ErrorCode.BAD_ARTIFACT, two(broken).model(), method);
      says(refusal, "node 'second'", "weight 'v'", "element 17 is NaN", "expected: finite");
    }
  }

  @Test
  void anOperatorSetNobodyKnows() {
    var refusal = refused(ErrorCode.BAD_ARTIFACT, two(w).model(99), Method.INT8_DYNAMIC);
    says(refusal, "99");
  }

  @Test
  void anOperatorSetTooOldForTheMethod() {
    var refusal = refused(ErrorCode.FAILED_PRECONDITION, two(w).model(9), Method.INT8_DYNAMIC);
    says(refusal, "operator set 9", "expected: >= 11");
    assertEquals(2, bench.quantize(two(w).model(9), Method.INT4).quantized().size());
  }

  @Test
  void aModelWithNothingToQuantizeNamesTheReasons() {
    var model =
        new Graph()
            .input("x", DataType.FLOAT, WIDTH, WIDTH)
            .node(Graph.named("MatMul", "square", List.of("x", "x"), "y"))
            .output("y", WIDTH, WIDTH)
            .model();
    var refusal = refused(ErrorCode.FAILED_PRECONDITION, model, Method.INT8_DYNAMIC);
    says(refusal, "square", "neither operand is a constant");
    says(refused(ErrorCode.FAILED_PRECONDITION, model, Method.FP16), "no node with weights");
  }

  @Test
  void aNodeToKeepThatIsNotThere() {
    var quantizer =
        bench.quantizer(two(w).model(), Settings.of(Method.INT8_DYNAMIC), Optional.empty());
    var refusal =
        assertThrows(StageException.class, () -> quantizer.write(Map.of("third", "asked for")));
    assertEquals(ErrorCode.NOT_FOUND, refusal.code());
    says(refusal, "third");
  }

  @Test
  void nodesToKeepStayAndAreListed() {
    var quantizer =
        bench.quantizer(two(w).model(), Settings.of(Method.INT8_DYNAMIC), Optional.empty());

    var quantized = quantizer.write(Map.of("second", "asked for"));

    assertEquals(List.of("first"), quantized.quantized().stream().map(Layer::node).toList());
    assertEquals(Optional.of("asked for"), quantized.kept().getFirst().kept());
    assertEquals(Set.of("second"), quantized.recipe().keep());
  }

  @Test
  void numbersBeyondSixteenBitsStayFloat() {
    var large = w.clone();
    large[5] = 1e6f;
    var quantized = bench.quantize(two(large).model(), Method.FP16);
    assertEquals(1, quantized.quantized().size());
    assertTrue(quantized.kept().getFirst().kept().orElseThrow().contains("65504"));
  }

  @Test
  void convolutionsThatIntegersMakeSlowerStayFloat() {
    var grouped = Graph.named("Conv", "grouped", List.of("x", "g"), "a");
    var model =
        new Graph()
            .input("x", DataType.FLOAT, 1, 4, 6, 6)
            .weight(Tensors.floats("g", Bench.gaussian(new Random(1), 36, 1), 4, 1, 3, 3))
            .weight(Tensors.floats("p", Bench.gaussian(new Random(2), 16, 1), 4, 4, 1, 1))
            .weight(Tensors.floats("d", Bench.gaussian(new Random(3), 144, 1), 4, 4, 3, 3))
            .node(Nodes.with(grouped, "group", 4))
            .node(Graph.named("Conv", "point", List.of("a", "p"), "b"))
            .node(Graph.named("Conv", "dense", List.of("b", "d"), "y"))
            .output("y", 1, 4, 2, 2)
            .model();
    var quantized = bench.quantize(model, Method.INT8_DYNAMIC);
    assertEquals(List.of("dense"), quantized.quantized().stream().map(Layer::node).toList());
    assertEquals(List.of("grouped", "point"), quantized.kept().stream().map(Layer::node).toList());
  }

  @Test
  void theSameModelAndSettingsGiveTheSameBytes() {
    for (var method : List.of(Method.INT8_DYNAMIC, Method.INT4, Method.FP16)) {
      var first = bench.quantize(two(w).model(), method);
      var second = bench.quantize(two(w).model(), method);
      assertArrayEquals(first.model(), second.model());
      assertEquals(first.recipe(), second.recipe());
    }
  }
}
