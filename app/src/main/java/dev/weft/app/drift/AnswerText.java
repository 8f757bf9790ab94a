package dev.weft.app.drift;

import dev.weft.app.console.Amount;
import dev.weft.stages.tensor.Elements;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/** What an output says, as a label would have it. */
final class AnswerText {

  /** Rows of an output that count; of a longer one, the first. */
  static final int ROWS_MAX = 1_000;

  private static final String BETWEEN = "|";
  private static final Pattern PARTS = Pattern.compile(BETWEEN, Pattern.LITERAL);

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

  /**
   * A label as {@link #of} writes an answer such as {@code tensor}; empty if no answer of its kind
   * could be so written. Of how many parts it is, is left open, as an answer may have none.
   */
  static Optional<String> label(String label, Tensor tensor) {
    return switch (tensor.datatype()) {
      case BYTES -> Optional.of(label);
      case BOOL -> numbers(label, 0, 1);
      case INT32, INT64, UINT32, UINT64 -> numbers(label, Long.MIN_VALUE, Long.MAX_VALUE);
      case FP16, BF16, FP32, FP64, INT8, UINT8, INT16, UINT16 ->
          numbers(label, 0, Math.max(0, width(tensor.shape()) - 1));
    };
  }

  /** What {@link #label} takes, in words. */
  static String expected(Tensor tensor) {
    var each =
        switch (tensor.datatype()) {
          case BYTES -> "the answer's text";
          case BOOL -> "0 or 1";
          case INT32, INT64, UINT32, UINT64 -> "a whole number";
          case FP16, BF16, FP32, FP64, INT8, UINT8, INT16, UINT16 -> {
            var width = width(tensor.shape());
            yield "the position of the largest of %s, from 0 to %d"
                .formatted(Amount.count(width, "score"), Math.max(0, width - 1));
          }
        };
    return "%s; several are joined by '%s'".formatted(each, BETWEEN);
  }

  private static Optional<String> numbers(String label, long min, long max) {
    var text = new StringJoiner(BETWEEN);
    for (var part : PARTS.split(label, -1)) {
      try {
        var number = Long.parseLong(part.strip());
        if (number < min || number > max) {
          return Optional.empty();
        }
        text.add(Long.toString(number));
      } catch (NumberFormatException e) {
        return Optional.empty();
      }
    }
    return Optional.of(text.toString());
  }

  private static long width(Shape shape) {
    return shape.rank() == 0 ? 1 : shape.dim(shape.rank() - 1);
  }

  private static void largest(Tensor tensor, StringJoiner text) {
    var shape = tensor.shape();
    var length = width(shape);
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
