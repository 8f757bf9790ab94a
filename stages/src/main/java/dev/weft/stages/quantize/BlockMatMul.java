package dev.weft.stages.quantize;

import dev.weft.stages.graph.NodeSite;
import dev.weft.stages.graph.Nodes;
import dev.weft.stages.graph.Tensors;
import dev.weft.stages.graph.Weight;
import java.util.List;
import java.util.Optional;

/**
 * {@code MatMul} and {@code Gemm} as ONNX Runtime's {@code MatMulNBits}: weights of 4 bits in
 * blocks, activations as int8 within the kernel.
 */
record BlockMatMul() implements Form {

  static final int BITS = 4;

  /** Lets the kernel compute in int8; 0 to 3 are slower and more exact. */
  static final int ACCURACY_LEVEL = 4;

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
    if (matrix.rows() < Int4Blocks.BLOCK) {
      return Optional.of(
          "its weight has %d rows, fewer than a block of %d"
              .formatted(matrix.rows(), Int4Blocks.BLOCK));
    }
    var scope = site.scope();
    var output = site.output(0);
    var isBiased = site.is("Gemm") && site.has(2);
    var product = isBiased ? scope.fresh(output + "_product") : output;
    var weight = Int4Constant.of(matrix, matrix.weight().orElseThrow(), site);
    var node =
        Nodes.microsoft(
            "MatMulNBits",
            List.of(site.input(0), weight.values(), weight.scales(), weight.zeroPoints()),
            List.of(product));
    node = Nodes.with(node, "K", matrix.rows());
    node = Nodes.with(node, "N", matrix.columns());
    node = Nodes.with(node, "bits", BITS);
    node = Nodes.with(node, "block_size", Int4Blocks.BLOCK);
    scope.emit(Nodes.with(node, "accuracy_level", ACCURACY_LEVEL));
    if (isBiased) {
      scope.emit(Nodes.node("Add", List.of(product, site.input(2)), List.of(output)));
    }
    return Optional.empty();
  }

  /**
   * Names of the constants that stand for one weight, shared by all nodes of a graph that read it
   * so. They stand in the graph of the reader: ONNX Runtime 1.28 computes wrong results from those
   * in a graph around it.
   */
  private record Int4Constant(String values, String scales, String zeroPoints) {

    static Int4Constant of(MatrixWeight matrix, Weight weight, NodeSite site) {
      var home = site.scope();
      var name = weight.name() + "_i4";
      return home.once(
          Int4Constant.class,
          "%s transposed %s, times %s"
              .formatted(weight.name(), matrix.isTransposed(), matrix.factor()),
          () -> {
            var columns = matrix.columns();
            var int4 =
                Int4Blocks.of(matrix.numbers(site.name()), matrix.rows(), columns)
                    .times(matrix.factor());
            var zeros = int4.zeroPoints();
            return new Int4Constant(
                home.define(
                    Tensors.unsignedBytes(
                        name, int4.values(), columns, int4.blocks(), Int4Blocks.BLOCK / 2)),
                home.define(Tensors.floats(name + "_scale", int4.scales(), int4.scales().length)),
                home.define(Tensors.unsignedBytes(name + "_zero", zeros, zeros.length)));
          });
    }
  }
}
