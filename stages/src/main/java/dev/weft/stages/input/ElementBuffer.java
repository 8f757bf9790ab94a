package dev.weft.stages.input;

import dev.weft.stages.tensor.ByteStrings;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Elements of one datatype, gathered one by one before their number is known. */
final class ElementBuffer {

  /** Most strings of one tensor, each an object on the heap. */
  static final int STRINGS_MAX = 1 << 22;

  private static final BigInteger UINT64_MAX = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);
  private static final float BF16_MAX = Float.intBitsToFloat(0x7F7F_7FFF);

  private final Datatype datatype;
  private final List<byte[]> strings = new ArrayList<>();
  private ByteBuffer bytes = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN);
  private long count;

  ElementBuffer(Datatype datatype) {
    this.datatype = datatype;
  }

  long count() {
    return count;
  }

  void addText(String text) {
    if (datatype != Datatype.BYTES) {
      throw wrong("\"" + shown(text) + "\"");
    }
    if (strings.size() == STRINGS_MAX) {
      throw new IllegalArgumentException(
          "elements: more than %d strings (expected: <= that)".formatted(STRINGS_MAX));
    }
    strings.add(text.getBytes(StandardCharsets.UTF_8));
    count++;
  }

  void addBoolean(boolean value) {
    if (datatype != Datatype.BOOL) {
      throw wrong(Boolean.toString(value));
    }
    room().put((byte) (value ? 1 : 0));
    count++;
  }

  /**
   * Adds a number as JSON spells it; never rounds a whole number, never makes an infinity. {@code
   * NaN}, {@code Infinity} and {@code INF}, which some writers put there, are none.
   */
  void addNumber(String number) {
    if (!Character.isDigit(number.charAt(number.length() - 1))) {
      throw wrong(number);
    }
    switch (datatype) {
      case BOOL, BYTES -> throw wrong(number);
      case UINT64 -> room().putLong(unsignedLong(number));
      case INT8 -> room().put((byte) whole(number, Byte.MIN_VALUE, Byte.MAX_VALUE));
      case INT16 -> room().putShort((short) whole(number, Short.MIN_VALUE, Short.MAX_VALUE));
      case INT32 -> room().putInt((int) whole(number, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case INT64 -> room().putLong(whole(number, Long.MIN_VALUE, Long.MAX_VALUE));
      case UINT8 -> room().put((byte) whole(number, 0, 0xFF));
      case UINT16 -> room().putShort((short) whole(number, 0, 0xFFFF));
      case UINT32 -> room().putInt((int) whole(number, 0, 0xFFFF_FFFFL));
      case FP16 -> room().putShort(halfBits(number));
      case BF16 -> room().putShort(brainBits(number));
      case FP32 -> room().putFloat(finite(number, Float.parseFloat(number)));
      case FP64 -> room().putDouble(finite(number, Double.parseDouble(number)));
    }
    count++;
  }

  Tensor toTensor(Shape shape, TensorAllocator tensors) {
    if (datatype == Datatype.BYTES) {
      var tensor = tensors.allocateBytes(shape, ByteStrings.encodedSize(strings));
      ByteStrings.write(strings, tensor.segment());
      return tensor;
    }
    var tensor = tensors.allocate(datatype, shape);
    tensor.buffer().put(bytes.duplicate().flip());
    return tensor;
  }

  private ByteBuffer room() {
    if (bytes.remaining() < Long.BYTES) {
      var size = Math.multiplyExact(bytes.capacity(), 2);
      var larger = ByteBuffer.wrap(Arrays.copyOf(bytes.array(), size));
      bytes = larger.order(ByteOrder.LITTLE_ENDIAN).position(bytes.position());
    }
    return bytes;
  }

  private long whole(String number, long min, long max) {
    var value =
        integer(number)
            .filter(each -> each.bitLength() < Long.SIZE)
            .map(BigInteger::longValue)
            .filter(each -> each >= min && each <= max);
    return value.orElseThrow(() -> outOfRange(number, Long.toString(min), Long.toString(max)));
  }

  private long unsignedLong(String number) {
    return integer(number)
        .filter(value -> value.signum() >= 0 && value.compareTo(UINT64_MAX) <= 0)
        .orElseThrow(() -> outOfRange(number, "0", UINT64_MAX.toString()))
        .longValue();
  }

  private static Optional<BigInteger> integer(String number) {
    var digits = number.startsWith("-") ? number.substring(1) : number;
    var isWhole =
        digits.length() <= 20 && digits.chars().allMatch(each -> each <= '9' && each >= '0');
    return isWhole ? Optional.of(new BigInteger(number)) : Optional.empty();
  }

  private short halfBits(String number) {
    var half = Float.floatToFloat16(Float.parseFloat(number));
    finite(number, Float.float16ToFloat(half));
    return half;
  }

  /** Rounds to the nearest BF16, ties to even. */
  private short brainBits(String number) {
    var value = finite(number, Float.parseFloat(number));
    if (Math.abs(value) > BF16_MAX) {
      throw wrong(number);
    }
    var bits = Float.floatToRawIntBits(value);
    return (short) (bits + 0x7FFF + (bits >>> 16 & 1) >>> 16);
  }

  private float finite(String number, float value) {
    if (Float.isInfinite(value)) {
      throw wrong(number);
    }
    return value;
  }

  private double finite(String number, double value) {
    if (Double.isInfinite(value)) {
      throw wrong(number);
    }
    return value;
  }

  private IllegalArgumentException outOfRange(String number, String min, String max) {
    return new IllegalArgumentException(
        "element %d: %s (expected: a whole number from %s to %s for %s)"
            .formatted(count, shown(number), min, max, datatype));
  }

  private IllegalArgumentException wrong(String value) {
    var expected =
        switch (datatype) {
          case BOOL -> "true or false";
          case BYTES -> "text in quotes";
          case UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64 -> "a whole number";
          case FP16, BF16, FP32, FP64 -> "a finite number that fits";
        };
    return new IllegalArgumentException(
        "element %d: %s (expected: %s, as %s)".formatted(count, shown(value), expected, datatype));
  }

  private static String shown(String text) {
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }
}
