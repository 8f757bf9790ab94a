package dev.weft.stages.math;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** The rows of an FP32 [batch, width] tensor, copied out one at a time. */
record Rows(String name, Tensor tensor) {

  int count() {
    return tensor.shape().intDim(0);
  }

  int width() {
    return tensor.shape().intDim(1);
  }

  /** Fills {@code row}, as long as the rows are wide. */
  void read(int index, float[] row) {
    var at = (long) index * row.length * Float.BYTES;
    MemorySegment.copy(tensor.segment(), ValueLayout.JAVA_FLOAT, at, row, 0, row.length);
  }

  static StageException invalid(String field, String value, String expected) {
    return new StageException(
        ErrorCode.INVALID_INPUT, "%s: %s (expected: %s)".formatted(field, value, expected));
  }
}
