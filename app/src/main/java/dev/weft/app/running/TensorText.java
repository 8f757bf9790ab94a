package dev.weft.app.running;

import dev.weft.app.console.Amount;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Elements;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Tensors as a person reads them: small ones in full, large ones by their first values. */
final class TensorText {

  private static final int FULL_MAX = 32;
  private static final int FIRST = 6;
  private static final int TEXTS_MAX = 40;
  private static final int TEXT_LENGTH_MAX = 500;

  private TensorText() {}

  /** One or more lines, the first with datatype and shape. */
  static List<String> lines(Tensor tensor) {
    return tensor.datatype() == Datatype.BYTES ? texts(tensor) : numbers(tensor);
  }

  private static List<String> texts(Tensor tensor) {
    var elements = tensor.toByteStrings();
    if (elements.size() == 1) {
      return List.of(tensor + " " + quoted(elements.getFirst()));
    }
    var lines = new ArrayList<String>();
    lines.add(tensor.toString());
    elements.stream().limit(TEXTS_MAX).forEach(element -> lines.add("  " + quoted(element)));
    if (elements.size() > TEXTS_MAX) {
      lines.add("  and %d more".formatted(elements.size() - TEXTS_MAX));
    }
    return lines;
  }

  private static String quoted(byte[] element) {
    return text(element)
        .map(
            text ->
                text.length() <= TEXT_LENGTH_MAX
                    ? '"' + text + '"'
                    : '"' + text.substring(0, TEXT_LENGTH_MAX) + "\" and more")
        .orElseGet(() -> Amount.bytes(element.length) + " that are no text");
  }

  /** The element as text, if it is UTF-8 without control characters but line ends and tabs. */
  static Optional<String> text(byte[] element) {
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(element)).toString();
      var isPlain = text.chars().allMatch(c -> c >= ' ' && c != 0x7f || c == '\n' || c == '\t');
      return isPlain ? Optional.of(text) : Optional.empty();
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static List<String> numbers(Tensor tensor) {
    var count = tensor.shape().elements();
    if (count <= FULL_MAX) {
      return List.of(tensor + " " + nested(tensor, tensor.shape(), 0, 0));
    }
    var first = new ArrayList<String>();
    for (var i = 0L; i < FIRST; i++) {
      first.add(number(tensor, i));
    }
    return List.of(
        "%s [%s, ...] min %s, mean %s, max %s"
            .formatted(
                tensor,
                String.join(", ", first),
                rounded(TensorRange.of(tensor).min()),
                rounded(TensorRange.of(tensor).mean()),
                rounded(TensorRange.of(tensor).max())));
  }

  private static String nested(Tensor tensor, Shape shape, int axis, long start) {
    if (axis == shape.rank()) {
      return number(tensor, start);
    }
    var stride = 1L;
    for (var inner = axis + 1; inner < shape.rank(); inner++) {
      stride *= shape.dim(inner);
    }
    var parts = new ArrayList<String>();
    for (var i = 0L; i < shape.dim(axis); i++) {
      parts.add(nested(tensor, shape, axis + 1, start + i * stride));
    }
    return "[" + String.join(", ", parts) + "]";
  }

  private static String number(Tensor tensor, long index) {
    var value = Elements.number(tensor, index);
    return switch (tensor.datatype()) {
      case BOOL -> value == 0 ? "false" : "true";
      case FP32, FP16, BF16 -> Float.toString((float) value);
      case FP64 -> Double.toString(value);
      case UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, BYTES ->
          Amount.format("%.0f", value);
    };
  }

  private static String rounded(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e6
        ? Amount.format("%.0f", value)
        : Amount.format("%.4g", value);
  }
}
