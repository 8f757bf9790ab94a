package dev.weft.stages.quantize;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.weft.stages.graph.NodeSite;
import dev.weft.stages.graph.Nodes;
import dev.weft.stages.graph.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * {@code MatMul} and {@code Gemm} as {@code DynamicQuantizeLinear} and {@code MatMulInteger}, in
 * the shape that ONNX Runtime fuses to one kernel: weights int8 with a scale per column.
 *
 * @param levels of the weights on each side of zero
 * @param smoothing of the inputs of the outermost graph
 */
record DynamicMatMul(int levels, Smoothing smoothing) implements Form {

  private static final float[] NO_FACTORS = {};

  @Override
  public boolean concerns(NodeSite site) {
    return site.is("MatMul") || site.is("Gemm");
  }

  @Override
  public Optional<String> apply(NodeSite site) {
    var matrix = MatrixWeight.of(site);
    if (matrix.problem().isPresent()) {
      return matrix.problem();
    }
    var scope = site.scope();
    var factors = smoothing.of(site.input(0)).filter(_ -> smooths(site));
    var left = DynamicInput.of(factors.map(f -> divided(site, f)).orElse(site.input(0)), scope);
    var right = right(matrix, factors.orElse(NO_FACTORS), site.name());
    var output = site.output(0);
    var sum = scope.fresh(output + "_i32");
    var sumAsFloat = scope.fresh(output + "_f32");
    var scale = scope.fresh(output + "_scale");
    scope.emit(
        Nodes.node(
            "MatMulInteger",
            List.of(left.values(), right.values(), left.zeroPoint(), right.zeroPoints()),
            List.of(sum)));
    scope.emit(
        Nodes.with(
            Nodes.node("Cast", List.of(sum), List.of(sumAsFloat)), "to", DataType.FLOAT_VALUE));
    scope.emit(Nodes.node("Mul", List.of(left.scale(), right.scales()), List.of(scale)));
    if (site.is("Gemm") && site.has(2)) {
      var product = scope.fresh(output + "_product");
      scope.emit(Nodes.node("Mul", List.of(sumAsFloat, scale), List.of(product)));
      scope.emit(Nodes.node("Add", List.of(product, site.input(2)), List.of(output)));
    } else {
      scope.emit(Nodes.node("Mul", List.of(sumAsFloat, scale), List.of(output)));
    }
    return Optional.empty();
  }

  private static boolean smooths(NodeSite site) {
    return site.is("MatMul") && site.scope().isOutermost();
  }

  /** The input divided by its factors, once for all products that read it. */
  private static String divided(NodeSite site, float[] factors) {
    var input = site.input(0);
    var scope = site.scope();
    return scope.once(
        String.class,
        "smoothed " + input,
        () -> {
          var inverse = new float[factors.length];
          for (var k = 0; k < inverse.length; k++) {
            inverse[k] = 1 / factors[k];
          }
          var constant =
              scope.define(Tensors.floats(input + "_smoothing", inverse, inverse.length));
          var smoothed = scope.fresh(input + "_smooth");
          scope.emit(Nodes.node("Mul", List.of(input, constant), List.of(smoothed)));
          return smoothed;
        });
  }

  private IntegerConstant right(MatrixWeight matrix, float[] factors, String node) {
    var weight = matrix.weight().orElseThrow();
    return IntegerConstant.of(
        weight,
        weight.scope(),
        "by column, transposed %s, times %s, smoothed %s"
            .formatted(matrix.isTransposed(), matrix.factor(), Arrays.toString(factors)),
        new long[] {matrix.rows(), matrix.columns()},
        new long[] {matrix.columns()},
        () -> {
          var numbers = matrix.numbers(node);
          for (var row = 0; row < factors.length; row++) {
            for (var i = row * matrix.columns(); i < (row + 1) * matrix.columns(); i++) {
              numbers[i] *= factors[row];
            }
          }
          return Int8Weights.of(numbers, matrix.columns(), 1, levels).times(matrix.factor());
        });
  }
}
