package dev.weft.fabric.wiring;

import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.TensorSpec;
import java.util.List;

/** The least bytes that tensors of a frame have, by what their specs fix. */
final class FixedSize {

  private FixedSize() {}

  /** The sum over all specs of fixed datatype and shape; at most {@link Long#MAX_VALUE}. */
  static long bytes(List<TensorSpec> specs) {
    var sum = 0L;
    for (var spec : specs) {
      var size = bytes(spec);
      sum = size > Long.MAX_VALUE - sum ? Long.MAX_VALUE : sum + size;
    }
    return sum;
  }

  private static long bytes(TensorSpec spec) {
    var bytes = (long) spec.datatype().size();
    for (var dim : spec.shape()) {
      if (!(dim instanceof Dim.Fixed(var size)) || size == 0 || bytes == 0) {
        return 0;
      }
      bytes = bytes > Long.MAX_VALUE / size ? Long.MAX_VALUE : bytes * size;
    }
    return bytes;
  }
}
