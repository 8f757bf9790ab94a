package dev.weft.stages.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;

/** Reads and writes single elements of a tensor as plain numbers, whatever their datatype. */
public final class Elements {

  private Elements() {}

  /**
   * Element {@code index} in row-major order as a double; BOOL is 0 or 1, unsigned integers are
   * taken as such.
   *
   * @throws IllegalArgumentException for BYTES
   */
  public static double number(Tensor tensor, long index) {
    var data = tensor.segment();
    return switch (tensor.datatype()) {
      case BOOL, UINT8 -> data.get(ValueLayout.JAVA_BYTE, index) & 0xff;
      case INT8 -> data.get(ValueLayout.JAVA_BYTE, index);
      case UINT16 -> data.getAtIndex(ValueLayout.JAVA_SHORT, index) & 0xffff;
      case INT16 -> data.getAtIndex(ValueLayout.JAVA_SHORT, index);
      case UINT32 -> data.getAtIndex(ValueLayout.JAVA_INT, index) & 0xffffffffL;
      case INT32 -> data.getAtIndex(ValueLayout.JAVA_INT, index);
      case UINT64 -> unsigned(data.getAtIndex(ValueLayout.JAVA_LONG, index));
      case INT64 -> data.getAtIndex(ValueLayout.JAVA_LONG, index);
      case FP16 -> Float.float16ToFloat(data.getAtIndex(ValueLayout.JAVA_SHORT, index));
      case BF16 -> Float.intBitsToFloat(data.getAtIndex(ValueLayout.JAVA_SHORT, index) << 16);
      case FP32 -> data.getAtIndex(ValueLayout.JAVA_FLOAT, index);
      case FP64 -> data.getAtIndex(ValueLayout.JAVA_DOUBLE, index);
      case BYTES ->
          throw new IllegalArgumentException("datatype: BYTES (expected: a number or BOOL)");
    };
  }

  /** Position of the first element that is NaN or infinite; empty for types without such. */
  public static OptionalLong firstNotFinite(Tensor tensor) {
    return switch (tensor.datatype()) {
      case FP32 -> firstNotFiniteFloat(tensor.segment());
      case FP16, BF16, FP64 -> firstNotFiniteNumber(tensor);
      case BOOL, UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, BYTES ->
          OptionalLong.empty();
    };
  }

  /**
   * A tensor filled from plain values: {@link Number}, {@link Boolean} or {@link String}; a single
   * value fills the whole shape.
   *
   * @throws IllegalArgumentException if the count, kind or range of a value does not fit
   */
  public static Tensor filled(
      TensorAllocator allocator, Datatype datatype, Shape shape, List<Object> values) {
    var count = Math.toIntExact(shape.elements());
    if (values.size() != 1 && values.size() != count) {
      throw new IllegalArgumentException(
          "values: %d (expected: 1 or %d for shape %s)".formatted(values.size(), count, shape));
    }
    var all = values.size() == count ? values : Collections.nCopies(count, values.getFirst());
    if (datatype == Datatype.BYTES) {
      return allocator.bytes(
          shape,
          all.stream().map(v -> String.valueOf(v).getBytes(StandardCharsets.UTF_8)).toList());
    }
    var tensor = allocator.allocate(datatype, shape);
    try {
      for (var i = 0; i < count; i++) {
        write(tensor.segment(), datatype, i, all.get(i));
      }
      return tensor;
    } catch (RuntimeException e) {
      tensor.close();
      throw e;
    }
  }

  private static void write(MemorySegment data, Datatype datatype, long index, Object value) {
    var number = number(datatype, value);
    switch (datatype) {
      case BOOL, UINT8, INT8 -> data.set(ValueLayout.JAVA_BYTE, index, number.byteValue());
      case UINT16, INT16 -> data.setAtIndex(ValueLayout.JAVA_SHORT, index, number.shortValue());
      case UINT32, INT32 -> data.setAtIndex(ValueLayout.JAVA_INT, index, number.intValue());
      case UINT64, INT64 -> data.setAtIndex(ValueLayout.JAVA_LONG, index, number.longValue());
      case FP16 ->
          data.setAtIndex(ValueLayout.JAVA_SHORT, index, Float.floatToFloat16(number.floatValue()));
      case BF16 ->
          data.setAtIndex(
              ValueLayout.JAVA_SHORT,
              index,
              (short) (Float.floatToRawIntBits(number.floatValue()) >>> 16));
      case FP32 -> data.setAtIndex(ValueLayout.JAVA_FLOAT, index, number.floatValue());
      case FP64 -> data.setAtIndex(ValueLayout.JAVA_DOUBLE, index, number.doubleValue());
      case BYTES -> throw new AssertionError("written as byte strings");
    }
  }

  private static Number number(Datatype datatype, Object value) {
    return switch (value) {
      case Boolean bit when datatype == Datatype.BOOL -> bit ? 1 : 0;
      case Number number when datatype != Datatype.BOOL -> number;
      default ->
          throw new IllegalArgumentException(
              "value: %s (expected: a value of %s)".formatted(value, datatype));
    };
  }

  private static OptionalLong firstNotFiniteFloat(MemorySegment data) {
    var count = data.byteSize() / Float.BYTES;
    // Any NaN or infinity survives in the sum of x * 0, which needs no branch per element.
    var poison = 0f;
    for (var i = 0L; i < count; i++) {
      poison += data.getAtIndex(ValueLayout.JAVA_FLOAT, i) * 0f;
    }
    if (poison == 0f) {
      return OptionalLong.empty();
    }
    for (var i = 0L; i < count; i++) {
      if (!Float.isFinite(data.getAtIndex(ValueLayout.JAVA_FLOAT, i))) {
        return OptionalLong.of(i);
      }
    }
    return OptionalLong.empty();
  }

  private static OptionalLong firstNotFiniteNumber(Tensor tensor) {
    for (var i = 0L; i < tensor.shape().elements(); i++) {
      if (!Double.isFinite(number(tensor, i))) {
        return OptionalLong.of(i);
      }
    }
    return OptionalLong.empty();
  }

  private static double unsigned(long value) {
    return value >= 0 ? value : ((value >>> 1) | (value & 1)) * 2.0;
  }
}
