package dev.weft.stages.quantize;

import dev.weft.stages.graph.NodeSite;
import dev.weft.stages.graph.Weight;
import java.util.Optional;

/**
 * The second operand of a {@code MatMul} or {@code Gemm}, if it can be quantized.
 *
 * @param rows size of the axis that is summed over
 * @param columns size of the axis of outputs
 * @param isTransposed whether it is kept as [columns, rows]
 * @param factor by which the product is multiplied
 * @param problem why it cannot be quantized; then the rest means nothing
 */
record MatrixWeight(
    Optional<Weight> weight,
    int rows,
    int columns,
    boolean isTransposed,
    float factor,
    Optional<String> problem) {

  static MatrixWeight of(NodeSite site) {
    var weight = site.weight(1);
    if (weight.isEmpty()) {
      return site.weight(0).isPresent()
          ? not("the weight is on the left, which no integer kernel takes per channel")
          : not("neither operand is a constant");
    }
    var found = weight.get();
    if (!found.isFloat()) {
      return not("weight '%s' is %s, not FLOAT".formatted(found.name(), found.type()));
    }
    if (found.rank() != 2) {
      return not("weight '%s' has shape %s, not two axes".formatted(found.name(), found.dims()));
    }
    if (site.is("Gemm")) {
      return ofGemm(site, found);
    }
    return new MatrixWeight(weight, found.dim(0), found.dim(1), false, 1, Optional.empty());
  }

  private static MatrixWeight ofGemm(NodeSite site, Weight weight) {
    if (site.integer("transA", 0) != 0) {
      return not("Gemm transposes its left operand");
    }
    if (site.has(2) && site.number("beta", 1) != 1) {
      return not("Gemm scales its third operand by " + site.number("beta", 1));
    }
    var transposed = site.integer("transB", 0) != 0;
    return new MatrixWeight(
        Optional.of(weight),
        weight.dim(transposed ? 1 : 0),
        weight.dim(transposed ? 0 : 1),
        transposed,
        site.number("alpha", 1),
        Optional.empty());
  }

  /**
   * The numbers as [rows, columns].
   *
   * @param node for messages
   */
  float[] numbers(String node) {
    var numbers = weight.orElseThrow().finiteFloats(node);
    return isTransposed ? transposed(numbers, columns, rows) : numbers;
  }

  /** [rows, columns] as [columns, rows]. */
  static float[] transposed(float[] numbers, int rows, int columns) {
    var turned = new float[numbers.length];
    for (var row = 0; row < rows; row++) {
      for (var column = 0; column < columns; column++) {
        turned[column * rows + row] = numbers[row * columns + column];
      }
    }
    return turned;
  }

  private static MatrixWeight not(String problem) {
    return new MatrixWeight(Optional.empty(), 0, 0, false, 1, Optional.of(problem));
  }
}
