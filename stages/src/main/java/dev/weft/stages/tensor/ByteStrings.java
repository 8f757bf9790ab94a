package dev.weft.stages.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * The encoding of {@link Datatype#BYTES} elements: each a 4-byte little-endian length, then that
 * many bytes (Open Inference Protocol, "Binary Tensor Data").
 */
public final class ByteStrings {

  private static final ValueLayout.OfInt LENGTH =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private ByteStrings() {}

  public static long encodedSize(List<byte[]> elements) {
    var size = 0L;
    for (var element : elements) {
      size = Math.addExact(size, (long) Integer.BYTES + element.length);
    }
    return size;
  }

  /** Writes {@code elements} to the start of {@code target}. */
  public static void write(List<byte[]> elements, MemorySegment target) {
    var at = 0L;
    for (var element : elements) {
      target.set(LENGTH, at, element.length);
      at += Integer.BYTES;
      MemorySegment.copy(element, 0, target, ValueLayout.JAVA_BYTE, at, element.length);
      at += element.length;
    }
  }

  /**
   * Reads exactly {@code count} elements that fill {@code source}.
   *
   * @throws IllegalArgumentException if the lengths do not add up to the segment's size
   */
  public static List<byte[]> read(MemorySegment source, long count) {
    var elements = new ArrayList<byte[]>();
    var at = 0L;
    for (var i = 0L; i < count; i++) {
      var length = readLength(source, at, i);
      at += Integer.BYTES;
      elements.add(source.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE));
      at += length;
    }
    if (at != source.byteSize()) {
      throw new IllegalArgumentException(
          "BYTES content: %d bytes after element %d (expected: none)"
              .formatted(source.byteSize() - at, count - 1));
    }
    return elements;
  }

  /**
   * The bytes of the only element in {@code source}, without a copy.
   *
   * @throws IllegalArgumentException if {@code source} is not one element
   */
  public static MemorySegment only(MemorySegment source) {
    var length = readLength(source, 0, 0);
    if (length != source.byteSize() - Integer.BYTES) {
      throw new IllegalArgumentException(
          "BYTES element 0: length %d (expected: the %d bytes that follow)"
              .formatted(length, source.byteSize() - Integer.BYTES));
    }
    return source.asSlice(Integer.BYTES);
  }

  private static int readLength(MemorySegment source, long at, long index) {
    var left = source.byteSize() - at - Integer.BYTES;
    var length = left < 0 ? -1 : source.get(LENGTH, at);
    if (length < 0 || length > left) {
      throw new IllegalArgumentException(
          "BYTES element %d: length %d (expected: 0 to the %d bytes that follow)"
              .formatted(index, length, Math.max(0, left)));
    }
    return length;
  }
}
