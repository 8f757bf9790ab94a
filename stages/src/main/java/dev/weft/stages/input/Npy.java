package dev.weft.stages.input;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.ByteStrings;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * NumPy's array files, format 1.0 to 3.0, read and written for every {@link Datatype}.
 *
 * <p>Read: either byte order, C and Fortran order (the latter is transposed to row-major). {@code
 * S} and {@code U} become BYTES, the latter as UTF-8, both without the zeros NumPy pads with; raw
 * two-byte elements ({@code V2}) are BF16 where that is asked for. Pickled objects are never read.
 * Written: format 1.0, little-endian, C order; BYTES as {@code S}, BF16 as {@code V2}. Source:
 * NumPy Enhancement Proposal 1.
 */
public final class Npy {

  private static final int CODE_POINT_BYTES = 4;

  private Npy() {}

  /** Whether {@code content} begins as every .npy file does. */
  public static boolean startsIn(MemorySegment content) {
    return NpyHeader.startsIn(content);
  }

  /**
   * The array in {@code content}, in row-major order.
   *
   * @param place file name for messages
   * @param wanted datatype to read raw elements as; others are read as what the file says
   * @throws StageException with {@link ErrorCode#INVALID_INPUT} naming {@code place}
   */
  public static Tensor read(
      String place, MemorySegment content, Datatype wanted, TensorAllocator tensors) {
    try {
      var header = NpyHeader.parse(content);
      var datatype =
          header
              .type()
              .datatype(wanted)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "descr: %s (expected: the type of %s)".formatted(header.type(), wanted)));
      return datatype == Datatype.BYTES
          ? readBytes(header, data(header, content), tensors)
          : readFixed(header, datatype, data(header, content), tensors);
    } catch (IllegalArgumentException e) {
      throw new StageException(
          ErrorCode.INVALID_INPUT, "file '%s': %s".formatted(place, e.getMessage()), e);
    }
  }

  /**
   * {@code tensor} as a .npy file.
   *
   * @throws IllegalArgumentException if the file would pass 2 GiB, or for a BYTES element that ends
   *     in a zero byte, which NumPy's {@code S} cannot hold
   */
  public static byte[] write(Tensor tensor) {
    var strings = tensor.datatype() == Datatype.BYTES ? tensor.toByteStrings() : List.<byte[]>of();
    var itemBytes = Math.max(1, strings.stream().mapToInt(each -> each.length).max().orElse(1));
    var type = NpyType.of(tensor.datatype(), itemBytes);
    var header = new NpyHeader(type, false, tensor.shape(), 0).toBytes();
    var bytes =
        Math.addExact(
            header.length, Math.multiplyExact(tensor.shape().elements(), (long) type.itemBytes()));
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "tensor %s: %d bytes as .npy (expected: < 2 GiB)".formatted(tensor, bytes));
    }
    var file = Arrays.copyOf(header, (int) bytes);
    if (tensor.datatype() == Datatype.BYTES) {
      writeStrings(strings, itemBytes, file, header.length);
    } else {
      MemorySegment.copy(
          tensor.segment(),
          ValueLayout.JAVA_BYTE,
          0,
          file,
          header.length,
          file.length - header.length);
    }
    return file;
  }

  private static void writeStrings(List<byte[]> strings, int itemBytes, byte[] file, int start) {
    var at = start;
    for (var i = 0; i < strings.size(); i++) {
      var element = strings.get(i);
      if (element.length > 0 && element[element.length - 1] == 0) {
        throw new IllegalArgumentException(
            "BYTES element %d: ends in a zero byte (expected: none, as NumPy drops it)"
                .formatted(i));
      }
      System.arraycopy(element, 0, file, at, element.length);
      at += itemBytes;
    }
  }

  /** The file's data, of exactly the size its header declares. */
  private static MemorySegment data(NpyHeader header, MemorySegment content) {
    var shape = header.shape();
    long bytes;
    try {
      bytes = Math.multiplyExact(shape.elements(), (long) header.type().itemBytes());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "shape: %s of %s (expected: a size below 2^63 bytes)".formatted(shape, header.type()), e);
    }
    var actual = content.byteSize() - header.dataOffset();
    if (actual != bytes) {
      throw new IllegalArgumentException(
          "data: %d bytes (expected: %d for %s of %s)"
              .formatted(actual, bytes, shape, header.type()));
    }
    return content.asSlice(header.dataOffset(), bytes);
  }

  private static Tensor readFixed(
      NpyHeader header, Datatype datatype, MemorySegment data, TensorAllocator tensors) {
    if (datatype == Datatype.BOOL) {
      checkBooleans(data);
    }
    var tensor = tensors.allocate(datatype, header.shape());
    var target = tensor.segment();
    if (header.fortranOrder() && header.shape().rank() > 1) {
      var size = datatype.size();
      var walk = new FortranWalk(header.shape());
      for (var at = 0L; at < target.byteSize(); at += size) {
        MemorySegment.copy(data, walk.next() * size, target, at, size);
      }
    } else {
      target.copyFrom(data);
    }
    if (header.type().bigEndian()) {
      reverse(target, datatype.size());
    }
    return tensor;
  }

  private static void checkBooleans(MemorySegment data) {
    for (var at = 0L; at < data.byteSize(); at++) {
      var value = data.get(ValueLayout.JAVA_BYTE, at);
      if (value != 0 && value != 1) {
        throw new IllegalArgumentException(
            "BOOL element %d: %d (expected: 0 or 1)".formatted(at, value));
      }
    }
  }

  private static void reverse(MemorySegment words, int wordBytes) {
    for (var start = 0L; start < words.byteSize() && wordBytes > 1; start += wordBytes) {
      for (int low = 0, high = wordBytes - 1; low < high; low++, high--) {
        var kept = words.get(ValueLayout.JAVA_BYTE, start + low);
        words.set(
            ValueLayout.JAVA_BYTE, start + low, words.get(ValueLayout.JAVA_BYTE, start + high));
        words.set(ValueLayout.JAVA_BYTE, start + high, kept);
      }
    }
  }

  private static Tensor readBytes(NpyHeader header, MemorySegment data, TensorAllocator tensors) {
    var count = header.shape().elements();
    var size = header.type().itemBytes();
    if (count > ElementBuffer.STRINGS_MAX) {
      throw new IllegalArgumentException(
          "shape: %s of %s (expected: at most %d elements)"
              .formatted(header.shape(), header.type(), ElementBuffer.STRINGS_MAX));
    }
    var elements = new ArrayList<byte[]>();
    var walk = header.fortranOrder() ? new FortranWalk(header.shape()) : null;
    for (var i = 0L; i < count; i++) {
      var index = walk == null ? i : walk.next();
      var item = data.asSlice(index * size, size).toArray(ValueLayout.JAVA_BYTE);
      elements.add(header.type().kind() == 'U' ? utf8(item, header.type(), index) : stripped(item));
    }
    var tensor = tensors.allocateBytes(header.shape(), ByteStrings.encodedSize(elements));
    ByteStrings.write(elements, tensor.segment());
    return tensor;
  }

  private static byte[] stripped(byte[] item) {
    var end = item.length;
    while (end > 0 && item[end - 1] == 0) {
      end--;
    }
    return Arrays.copyOf(item, end);
  }

  private static byte[] utf8(byte[] item, NpyType type, long index) {
    var units =
        ByteBuffer.wrap(item)
            .order(type.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    var codePoints = new int[item.length / CODE_POINT_BYTES];
    var end = 0;
    for (var i = 0; i < codePoints.length; i++) {
      codePoints[i] = units.getInt();
      var surrogate = codePoints[i] >= 0xD800 && codePoints[i] <= 0xDFFF;
      if (!Character.isValidCodePoint(codePoints[i]) || surrogate) {
        throw new IllegalArgumentException(
            "text element %d: U+%X at character %d (expected: a Unicode character)"
                .formatted(index, codePoints[i], i));
      }
      end = codePoints[i] == 0 ? end : i + 1;
    }
    return new String(codePoints, 0, end).getBytes(StandardCharsets.UTF_8);
  }

  /** Indexes into column-major data, in the row-major order of a shape. */
  private static final class FortranWalk {

    private final long[] dims;
    private final long[] strides;
    private final long[] position;
    private long index;

    FortranWalk(Shape shape) {
      dims = shape.toArray();
      strides = new long[dims.length];
      position = new long[dims.length];
      var stride = 1L;
      for (var axis = 0; axis < dims.length; axis++) {
        strides[axis] = stride;
        stride *= dims[axis];
      }
    }

    long next() {
      var here = index;
      for (var axis = dims.length - 1; axis >= 0; axis--) {
        index += strides[axis];
        if (++position[axis] < dims[axis]) {
          break;
        }
        index -= strides[axis] * dims[axis];
        position[axis] = 0;
      }
      return here;
    }
  }
}
