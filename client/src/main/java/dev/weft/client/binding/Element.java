package dev.weft.client.binding;

import dev.weft.client.tensor.Datatype;
import dev.weft.client.tensor.Tensor;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A Java type of elements, and the datatypes it stands for. */
enum Element {
  FLOAT(float.class, Datatype.FP32, Datatype.FP16, Datatype.BF16),
  DOUBLE(double.class, Datatype.FP64),
  INT(int.class, Datatype.INT32, Datatype.UINT32),
  LONG(long.class, Datatype.INT64, Datatype.UINT64),
  SHORT(short.class, Datatype.INT16, Datatype.UINT16),
  BYTE(byte.class, Datatype.INT8, Datatype.UINT8),
  BOOLEAN(boolean.class, Datatype.BOOL),
  TEXT(String.class, Datatype.BYTES);

  private final Class<?> type;
  private final List<Datatype> datatypes;

  Element(Class<?> type, Datatype... datatypes) {
    this.type = type;
    this.datatypes = List.of(datatypes);
  }

  static Optional<Element> of(Class<?> type) {
    return Arrays.stream(values()).filter(element -> element.type == type).findFirst();
  }

  Class<?> type() {
    return type;
  }

  boolean standsFor(Datatype datatype) {
    return datatypes.contains(datatype);
  }

  /** Bytes that an element takes on the way. */
  int bytes(Datatype datatype, Object value) {
    return this == TEXT
        ? Integer.BYTES + ((String) value).getBytes(StandardCharsets.UTF_8).length
        : datatype.bytes();
  }

  /** Writes one element. */
  void put(ByteBuffer data, Datatype datatype, Object value) {
    switch (this) {
      case FLOAT -> putFloat(data, datatype, (float) value);
      case DOUBLE -> data.putDouble((double) value);
      case INT -> data.putInt((int) value);
      case LONG -> data.putLong((long) value);
      case SHORT -> data.putShort((short) value);
      case BYTE -> data.put((byte) value);
      case BOOLEAN -> data.put((byte) ((boolean) value ? 1 : 0));
      case TEXT -> {
        var utf8 = ((String) value).getBytes(StandardCharsets.UTF_8);
        data.putInt(utf8.length).put(utf8);
      }
    }
  }

  private static void putFloat(ByteBuffer data, Datatype datatype, float value) {
    switch (datatype) {
      case FP16 -> data.putShort(Float.floatToFloat16(value));
      case BF16 -> data.putShort(toBfloat16(value));
      default -> data.putFloat(value);
    }
  }

  /** To the nearest, ties to even; NaN stays one. */
  private static short toBfloat16(float value) {
    var bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> Short.SIZE | 0x40);
    }
    return (short) (bits + 0x7fff + (bits >>> Short.SIZE & 1) >>> Short.SIZE);
  }

  /** All elements of a tensor in an array of this type. */
  Object array(Tensor tensor) {
    return switch (this) {
      case FLOAT -> tensor.floats();
      case DOUBLE -> tensor.doubles();
      case INT -> tensor.ints();
      case LONG -> tensor.longs();
      case TEXT -> tensor.strings().toArray(String[]::new);
      case BYTE -> tensor.wire();
      case SHORT -> {
        var values = new short[Math.toIntExact(tensor.elements())];
        tensor.data().asShortBuffer().get(values);
        yield values;
      }
      case BOOLEAN -> {
        var data = tensor.data();
        var values = new boolean[data.remaining()];
        for (var i = 0; i < values.length; i++) {
          values[i] = data.get(i) != 0;
        }
        yield values;
      }
    };
  }

  /** Writes an array of one axis, or one element. */
  void putAll(ByteBuffer data, Datatype datatype, Object values) {
    switch (values) {
      case float[] floats when datatype == Datatype.FP32 -> {
        data.asFloatBuffer().put(floats);
        data.position(data.position() + floats.length * Float.BYTES);
      }
      case long[] longs -> {
        data.asLongBuffer().put(longs);
        data.position(data.position() + longs.length * Long.BYTES);
      }
      case byte[] bytes -> data.put(bytes);
      default -> {
        for (var i = 0; i < Array.getLength(values); i++) {
          put(data, datatype, Array.get(values, i));
        }
      }
    }
  }

  static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
