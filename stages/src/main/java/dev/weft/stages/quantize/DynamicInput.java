package dev.weft.stages.quantize;

import dev.weft.stages.graph.GraphScope;
import dev.weft.stages.graph.Nodes;
import java.util.List;

/**
 * A tensor as unsigned bytes with the scale and zero point of each run, made once for all its
 * readers in a graph. {@code DynamicQuantizeLinear} is in ONNX since operator set 11.
 *
 * @param values name of the bytes
 */
record DynamicInput(String values, String scale, String zeroPoint) {

  static final int OPERATOR_SET_MIN = 11;

  static DynamicInput of(String tensor, GraphScope scope) {
    return scope.once(
        DynamicInput.class,
        tensor,
        () -> {
          var input =
              new DynamicInput(
                  scope.fresh(tensor + "_u8"),
                  scope.fresh(tensor + "_u8_scale"),
                  scope.fresh(tensor + "_u8_zero"));
          scope.emit(
              Nodes.node(
                  "DynamicQuantizeLinear",
                  List.of(tensor),
                  List.of(input.values, input.scale, input.zeroPoint)));
          return input;
        });
  }
}
