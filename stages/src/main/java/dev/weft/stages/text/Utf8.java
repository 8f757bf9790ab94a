package dev.weft.stages.text;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Strict UTF-8: nothing is replaced, a fault is named by its place. */
public final class Utf8 {

  private Utf8() {}

  /** Offset of the first byte that is not part of well-formed UTF-8, if there is one. */
  public static OptionalLong firstFault(byte[] bytes) {
    var decoder = StandardCharsets.UTF_8.newDecoder();
    var source = ByteBuffer.wrap(bytes);
    var sink = CharBuffer.allocate(1024);
    while (true) {
      var result = decoder.decode(source, sink, true);
      if (result.isError()) {
        return OptionalLong.of(source.position());
      }
      if (result.isUnderflow()) {
        return OptionalLong.empty();
      }
      sink.clear();
    }
  }

  /**
   * The elements of a BYTES tensor as text.
   *
   * @param field name of the tensor, for messages
   * @param bytesMax the stage's option {@code maxBytes}: the longest element taken, in bytes
   * @throws StageException INVALID_INPUT if the elements do not add up, or naming the first that is
   *     too long or not UTF-8
   */
  public static List<String> texts(String field, Tensor tensor, int bytesMax) {
    var elements = elements(field, tensor);
    var texts = new ArrayList<String>();
    for (var element : elements) {
      if (element.length > bytesMax) {
        throw StageException.invalidInput(
            field,
            "element %d: %d bytes".formatted(texts.size(), element.length),
            "<= %d, option 'maxBytes'".formatted(bytesMax));
      }
      try {
        texts.add(decode(element));
      } catch (IllegalArgumentException e) {
        throw invalid("%s: element %d, %s".formatted(field, texts.size(), e.getMessage()), e);
      }
    }
    return texts;
  }

  /**
   * @throws IllegalArgumentException naming the offset of the first fault
   */
  public static String decode(byte[] bytes) {
    var fault = firstFault(bytes);
    if (fault.isPresent()) {
      throw new IllegalArgumentException(
          "byte %d: 0x%02X (expected: well-formed UTF-8)"
              .formatted(fault.getAsLong(), bytes[(int) fault.getAsLong()]));
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static List<byte[]> elements(String field, Tensor tensor) {
    try {
      return tensor.toByteStrings();
    } catch (IllegalArgumentException e) {
      throw invalid("%s: %s".formatted(field, e.getMessage()), e);
    }
  }

  private static StageException invalid(String message, IllegalArgumentException cause) {
    return new StageException(ErrorCode.INVALID_INPUT, message, cause);
  }
}
