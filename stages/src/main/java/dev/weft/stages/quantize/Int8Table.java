package dev.weft.stages.quantize;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import dev.weft.stages.graph.NodeSite;
import dev.weft.stages.graph.Nodes;
import java.util.List;
import java.util.Optional;

/**
 * {@code Gather} from a table of numbers, as of embeddings, with the table as int8 and a scale per
 * row: only the rows that are read become floats.
 */
record Int8Table() implements Form {

  /** Below this many numbers there is nothing to save. */
  static final int ELEMENTS_MIN = 4096;

  @Override
  public boolean concerns(NodeSite site) {
    return site.is("Gather") && site.weight(0).filter(table -> table.isFloat()).isPresent();
  }

  @Override
  public Optional<String> apply(NodeSite site) {
    var table = site.weight(0).orElseThrow();
    if (table.rank() != 2 || site.integer("axis", 0) != 0) {
      return Optional.of(
          "a table of shape %s is read along axis %d, not row by row"
              .formatted(table.dims(), site.integer("axis", 0)));
    }
    if (table.elements() < ELEMENTS_MIN) {
      return Optional.of(
          "a table of %d numbers, fewer than %d".formatted(table.elements(), ELEMENTS_MIN));
    }
    var rows = table.dim(0);
    var width = table.dim(1);
    var int8 =
        IntegerConstant.of(
            table,
            table.scope(),
            "by row",
            new long[] {rows, width},
            new long[] {rows, 1},
            () -> Int8Weights.of(table.finiteFloats(site.name()), rows, width, Int8Weights.LEVELS));
    var scope = site.scope();
    var output = site.output(0);
    var bytes = scope.fresh(output + "_i8");
    var numbers = scope.fresh(output + "_i8_f32");
    var scale = scope.fresh(output + "_scale");
    scope.emit(Nodes.node("Gather", List.of(int8.values(), site.input(1)), List.of(bytes)));
    scope.emit(
        Nodes.with(
            Nodes.node("Cast", List.of(bytes), List.of(numbers)), "to", DataType.FLOAT_VALUE));
    scope.emit(Nodes.node("Gather", List.of(int8.scales(), site.input(1)), List.of(scale)));
    scope.emit(Nodes.node("Mul", List.of(numbers, scale), List.of(output)));
    return Optional.empty();
  }
}
