package dev.weft.app.drift;

import dev.weft.stages.tensor.Elements;
import dev.weft.stages.tensor.Tensor;
import java.util.StringJoiner;

/** What an output says, as a label would have it. */
final class AnswerText {

  /** Rows of an output that count; of a longer one, the first. */
  static final int ROWS_MAX = 1_000;

  private static final String BETWEEN = "|";

  private AnswerText() {}

  /**
   * Of strings and whole numbers, each as it is; of scores, the position of the largest in each row
   * along the last axis, the first of equal ones. Several are joined by {@code |}.
   */
  static String of(Tensor tensor) {
    var text = new StringJoiner(BETWEEN);
    switch (tensor.datatype()) {
      case BYTES -> tensor.toStrings().stream().limit(ROWS_MAX).forEach(text::add);
      case BOOL, INT32, INT64, UINT32, UINT64 -> {
        var count = Math.min(ROWS_MAX, tensor.shape().elements());
        for (var i = 0L; i < count; i++) {
          text.add(Long.toString((long) Elements.number(tensor, i)));
        }
      }
      case FP16, BF16, FP32, FP64, INT8, UINT8, INT16, UINT16 -> largest(tensor, text);
    }
    return text.toString();
  }

  private static void largest(Tensor tensor, StringJoiner text) {
    var shape = tensor.shape();
    var length = shape.rank() == 0 ? 1 : shape.dim(shape.rank() - 1);
    var rows = length == 0 ? 0 : Math.min(ROWS_MAX, shape.elements() / length);
    for (var row = 0L; row < rows; row++) {
      var best = 0L;
      for (var i = 1L; i < length; i++) {
        if (Elements.number(tensor, row * length + i)
            > Elements.number(tensor, row * length + best)) {
          best = i;
        }
      }
      text.add(Long.toString(best));
    }
  }
}
