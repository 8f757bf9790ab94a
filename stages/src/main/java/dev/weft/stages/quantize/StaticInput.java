package dev.weft.stages.quantize;

import dev.weft.stages.calibration.Range;
import dev.weft.stages.graph.GraphScope;
import dev.weft.stages.graph.Tensors;
import java.util.List;

/** Writes tensors as bytes of a known range and back, which ONNX Runtime fuses away. */
record StaticInput(ByteOperators operators) {

  /** The tensor through bytes, once for all its readers in a graph; gives the name it has then. */
  String through(String tensor, Range range, GraphScope scope) {
    return scope.once(
        String.class,
        "through bytes " + tensor,
        () -> {
          var back = scope.fresh(tensor + "_through_u8");
          write(tensor, back, range, scope);
          return back;
        });
  }

  /** Writes {@code tensor} as bytes and these as {@code back}. */
  void write(String tensor, String back, Range range, GraphScope scope) {
    var scale = scope.define(Tensors.floats(tensor + "_range_scale", new float[] {range.scale()}));
    var zero =
        scope.define(
            Tensors.unsignedBytes(tensor + "_range_zero", new byte[] {(byte) range.zeroPoint()}));
    var bytes = scope.fresh(tensor + "_bytes");
    scope.emit(operators.quantize(List.of(tensor, scale, zero), bytes));
    scope.emit(operators.dequantize(List.of(bytes, scale, zero), back));
  }
}
