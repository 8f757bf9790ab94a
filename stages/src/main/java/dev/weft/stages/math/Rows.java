package dev.weft.stages.math;

import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The rows of an FP32 [batch, width] tensor, copied out one at a time.
 *
 * @param name of the tensor, for messages
 */
record Rows(String name, Tensor tensor) {

  /**
   * @throws StageException if there are rows without a single number, of which any amount takes no
   *     memory
   */
  Rows {
    if (tensor.shape().dim(0) > 0 && tensor.shape().dim(1) == 0) {
      throw StageException.invalidInput(name, tensor, "at least one number in a row");
    }
  }

  int count() {
    return tensor.shape().intDim(0);
  }

  int width() {
    return tensor.shape().intDim(1);
  }

  /** Room for one row; for none if there is none, however wide it would be. */
  float[] emptyRow() {
    return new float[count() == 0 ? 0 : width()];
  }

  /** Fills {@code row}, as long as the rows are wide. */
  void read(int index, float[] row) {
    var at = (long) index * row.length * Float.BYTES;
    MemorySegment.copy(tensor.segment(), ValueLayout.JAVA_FLOAT, at, row, 0, row.length);
  }
}
