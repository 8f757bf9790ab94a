package dev.weft.stages.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
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
}
