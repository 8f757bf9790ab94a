package dev.weft.stages.quantize;

import ai.onnx.proto.OnnxMl.NodeProto;
import dev.weft.stages.graph.NodeSite;
import dev.weft.stages.graph.Nodes;
import java.util.List;
import java.util.Optional;

/**
 * {@code MatMul} and {@code Gemm} over inputs as bytes of calibrated ranges and int8 weights with a
 * scale per column; what comes out is float.
 *
 * @param levels of the weights on each side of zero
 */
record StaticMatMul(int levels, StaticPlan plan) implements Form {

  @Override
  public boolean concerns(NodeSite site) {
    return StaticPlan.isProduct(site);
  }

  @Override
  public Optional<String> apply(NodeSite site) {
    var matrix = MatrixWeight.of(site);
    if (matrix.problem().isPresent()) {
      return matrix.problem();
    }
    var range = plan.range(site, site.input(0));
    if (range.isEmpty()) {
      return Optional.of(StaticPlan.unseen(site));
    }
    var scope = site.scope();
    var left = new StaticInput(plan.operators()).through(site.input(0), range.get(), scope);
    var right = floats(site, matrix);
    var output = site.output(0);
    var isBiased = site.is("Gemm") && site.has(2);
    var product = isBiased ? scope.fresh(output + "_product") : output;
    scope.emit(matMul(List.of(left, right), product));
    if (isBiased) {
      scope.emit(Nodes.node("Add", List.of(product, site.input(2)), List.of(output)));
    }
    return Optional.empty();
  }

  private static NodeProto matMul(List<String> inputs, String output) {
    return Nodes.node("MatMul", inputs, List.of(output));
  }

  /** The weight from its int8 form, as floats: what the runtime fuses into the product. */
  private String floats(NodeSite site, MatrixWeight matrix) {
    var weight = matrix.weight().orElseThrow();
    var int8 =
        IntegerConstant.of(
            weight,
            weight.scope(),
            "by column, transposed %s, times %s".formatted(matrix.isTransposed(), matrix.factor()),
            new long[] {matrix.rows(), matrix.columns()},
            new long[] {matrix.columns()},
            () ->
                Int8Weights.of(matrix.numbers(site.name()), matrix.columns(), 1, levels)
                    .times(matrix.factor()));
    var name = site.scope().fresh(site.output(0) + "_weight");
    var node =
        plan.operators().dequantize(List.of(int8.values(), int8.scales(), int8.zeroPoints()), name);
    site.scope().emit(Nodes.with(node, "axis", 1));
    return name;
  }
}
