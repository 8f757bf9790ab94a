package dev.weft.fabric.wiring;

import dev.weft.fabric.manifest.StandIn;
import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import java.util.Optional;

/** Whether a constant can stand for a declared tensor. */
final class ConstantCheck {

  private ConstantCheck() {}

  /** What is expected instead, in words; empty if the constant fits. */
  static Optional<String> problem(TensorSpec wanted, StandIn.Constant constant) {
    var shape = constant.shape();
    if (shape.rank() != wanted.rank()) {
      return Optional.of("rank %d, not %s".formatted(wanted.rank(), shape));
    }
    for (var axis = 0; axis < shape.rank(); axis++) {
      if (wanted.shape().get(axis) instanceof Dim.Fixed(var size) && size != shape.dim(axis)) {
        return Optional.of("dimension %d = %d, not %s".formatted(axis, size, shape));
      }
    }
    return constant.values().stream()
        .filter(value -> !fits(wanted.datatype(), value))
        .findFirst()
        .map(value -> "values of %s, not %s".formatted(wanted.datatype(), value));
  }

  private static boolean fits(Datatype datatype, Object value) {
    return switch (datatype) {
      case BOOL -> value instanceof Boolean;
      case BYTES -> value instanceof String;
      case FP16, BF16, FP32, FP64 -> value instanceof Number;
      case UINT8 -> isWithin(value, 0, 255);
      case UINT16 -> isWithin(value, 0, 65_535);
      case UINT32 -> isWithin(value, 0, 4_294_967_295L);
      case UINT64 -> isWithin(value, 0, Long.MAX_VALUE);
      case INT8 -> isWithin(value, Byte.MIN_VALUE, Byte.MAX_VALUE);
      case INT16 -> isWithin(value, Short.MIN_VALUE, Short.MAX_VALUE);
      case INT32 -> isWithin(value, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case INT64 -> isWithin(value, Long.MIN_VALUE, Long.MAX_VALUE);
    };
  }

  private static boolean isWithin(Object value, long min, long max) {
    return value instanceof Long number && number >= min && number <= max;
  }
}
