package dev.weft.stages.input;

import dev.weft.stages.image.PictureDecoder;
import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.ShapeCheck;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.text.Utf8;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Decides by a spec and the content itself how the bytes a person gave become a tensor.
 *
 * <ul>
 *   <li>.npy and .json content: the tensor it holds.
 *   <li>{@code UINT8 [height, width, 3]}: the pixels of a PNG or JPEG of up to 25 million.
 *   <li>{@code BYTES} of {@code image/...} or {@code audio/...}: a PNG or JPEG, or a WAV, as one
 *       element.
 *   <li>{@code BYTES} of {@code text/...}, or of no meaning given a {@code .txt} file: one element
 *       per line if the only dimension is free, else the whole text without surrounding space.
 *   <li>Other {@code BYTES}: the whole content as one element.
 * </ul>
 */
public final class InputContent {

  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};
  private static final byte[] JPEG = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF};
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private enum Form {
    NPY,
    JSON,
    IMAGE,
    PIXELS,
    WAV,
    OTHER
  }

  private InputContent() {}

  /**
   * @param place file name, for messages and for its extension
   * @throws StageException with {@link ErrorCode#INVALID_INPUT} naming {@code place}
   */
  public static Tensor read(
      String place, byte[] content, TensorSpec spec, TensorAllocator tensors) {
    if (content.length == 0) {
      throw invalid(place, "0 bytes (expected: content for '%s')".formatted(spec));
    }
    var tensor =
        switch (form(place, content, spec)) {
          case NPY -> Npy.read(place, MemorySegment.ofArray(content), spec.datatype(), tensors);
          case JSON -> JsonTensor.read(place, content, spec, tensors);
          case PIXELS -> pixels(place, content, tensors);
          case IMAGE, WAV, OTHER -> raw(place, content, spec, tensors);
        };
    return checked(place, spec, tensor);
  }

  /** The tensor for text given literally: one element, for a BYTES spec of one element. */
  public static Tensor text(String place, String text, TensorSpec spec, TensorAllocator tensors) {
    if (spec.datatype() != Datatype.BYTES) {
      throw invalid(place, "text (expected: '%s')".formatted(spec));
    }
    if (text.isEmpty()) {
      throw invalid(place, "'' (expected: at least one character)");
    }
    var element = text.getBytes(StandardCharsets.UTF_8);
    return checked(place, spec, tensors.bytes(shapeOf(spec, 1), List.of(element)));
  }

  private static Form form(String place, byte[] content, TensorSpec spec) {
    var name = place.toLowerCase(Locale.ROOT);
    if (Npy.startsIn(MemorySegment.ofArray(content)) || name.endsWith(".npy")) {
      return Form.NPY;
    }
    if (name.endsWith(".json")) {
      return Form.JSON;
    }
    if (startsWith(content, PNG) || startsWith(content, JPEG)) {
      return isPixels(spec) ? Form.PIXELS : Form.IMAGE;
    }
    if (content.length >= 12
        && word(content, 0).equals("RIFF")
        && word(content, 8).equals("WAVE")) {
      return Form.WAV;
    }
    return spec.datatype() != Datatype.BYTES && looksLikeJson(content) ? Form.JSON : Form.OTHER;
  }

  private static boolean isPixels(TensorSpec spec) {
    return spec.datatype() == Datatype.UINT8
        && spec.rank() == 3
        && spec.shape().getLast().equals(Dim.fixed(3));
  }

  private static Tensor pixels(String place, byte[] content, TensorAllocator tensors) {
    try {
      var encoded = MemorySegment.ofArray(content);
      return PictureDecoder.decode(encoded, PictureDecoder.PIXELS_MAX, tensors);
    } catch (StageException e) {
      throw new StageException(e.code(), "file '%s': %s".formatted(place, e.getMessage()), e);
    }
  }

  private static Tensor raw(
      String place, byte[] content, TensorSpec spec, TensorAllocator tensors) {
    if (spec.datatype() != Datatype.BYTES) {
      throw invalid(
          place,
          "neither .npy nor JSON, nor a picture for pixels (expected: content for '%s')"
              .formatted(spec));
    }
    var form = form(place, content, spec);
    var meaning = spec.semantic().orElse("");
    if (meaning.startsWith("image/") && form != Form.IMAGE) {
      throw invalid(place, "no image (expected: PNG or JPEG, for '%s')".formatted(spec));
    }
    if (meaning.startsWith("audio/") && form != Form.WAV) {
      throw invalid(place, "no RIFF/WAVE file (expected: WAV, for '%s')".formatted(spec));
    }
    var plainText = meaning.isEmpty() && place.toLowerCase(Locale.ROOT).endsWith(".txt");
    var elements =
        meaning.startsWith("text/") || plainText
            ? textElements(place, content, spec)
            : List.of(content);
    return tensors.bytes(shapeOf(spec, elements.size()), elements);
  }

  private static List<byte[]> textElements(String place, byte[] content, TensorSpec spec) {
    String text;
    try {
      text = Utf8.decode(content);
    } catch (IllegalArgumentException e) {
      throw new StageException(
          ErrorCode.INVALID_INPUT, "file '%s': %s".formatted(place, e.getMessage()), e);
    }
    if (text.startsWith(BYTE_ORDER_MARK)) {
      text = text.substring(1);
    }
    var whole = spec.rank() != 1 || spec.shape().getFirst().equals(Dim.fixed(1));
    var lines = new ArrayList<>(whole ? List.of(text.strip()) : text.lines().toList());
    while (!whole && !lines.isEmpty() && lines.getLast().isBlank()) {
      lines.removeLast();
    }
    return lines.stream().map(line -> line.getBytes(StandardCharsets.UTF_8)).toList();
  }

  /** A scalar where the spec is one, else one dimension. */
  private static Shape shapeOf(TensorSpec spec, int elements) {
    return spec.rank() == 0 && elements == 1 ? Shape.of() : Shape.of(elements);
  }

  private static Tensor checked(String place, TensorSpec spec, Tensor tensor) {
    var problem = new ShapeCheck().problem(List.of(spec), List.of(tensor));
    if (problem.isPresent()) {
      tensor.close();
      throw invalid(place, problem.get());
    }
    return tensor;
  }

  private static boolean looksLikeJson(byte[] content) {
    for (var each : content) {
      if (!Character.isWhitespace(each)) {
        return each == '[' || each == '{' || each == '-' || each >= '0' && each <= '9';
      }
    }
    return false;
  }

  private static boolean startsWith(byte[] content, byte[] start) {
    return content.length >= start.length
        && MemorySegment.ofArray(content)
                .asSlice(0, start.length)
                .mismatch(MemorySegment.ofArray(start))
            == -1;
  }

  private static String word(byte[] content, int at) {
    return new String(content, at, 4, StandardCharsets.ISO_8859_1);
  }

  private static StageException invalid(String place, String message) {
    return new StageException(ErrorCode.INVALID_INPUT, "file '%s': %s".formatted(place, message));
  }
}
