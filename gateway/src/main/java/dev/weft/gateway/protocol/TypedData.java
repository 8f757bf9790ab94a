package dev.weft.gateway.protocol;

import static dev.weft.gateway.protocol.ProtocolException.invalid;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The contents of one tensor as typed values, flat and row-major. Numbers go into the tensor as
 * they are read; they are exact or refused.
 */
final class TypedData {

  /** By number of the field, from 1. */
  private static final List<String> FIELDS =
      List.of(
          "bool_contents",
          "int_contents",
          "int64_contents",
          "uint_contents",
          "uint64_contents",
          "fp32_contents",
          "fp64_contents",
          "bytes_contents");

  private static final int BYTES_FIELD = 8;

  private final WireReader wire;
  private final String place;
  private final Datatype datatype;
  private final Shape shape;
  private final int field;
  private long count;

  private TypedData(WireReader wire, String place, Datatype datatype, Shape shape) {
    this.wire = wire;
    this.place = place;
    this.datatype = datatype;
    this.shape = shape;
    this.field = field(place, datatype);
  }

  /** Which of the fields has the values of a datatype. */
  private static int field(String place, Datatype datatype) {
    return switch (datatype) {
      case BOOL -> 1;
      case INT8, INT16, INT32 -> 2;
      case INT64 -> 3;
      case UINT8, UINT16, UINT32 -> 4;
      case UINT64 -> 5;
      case FP32 -> 6;
      case FP64 -> 7;
      case BYTES -> BYTES_FIELD;
      case FP16, BF16 ->
          throw invalid(
              "%s: %s in 'contents' (expected: in 'raw_input_contents')", place, datatype);
    };
  }

  /**
   * Reads what was entered to its end as a tensor.
   *
   * @throws ProtocolException if it does not fit datatype and shape; nothing is left on lease
   */
  static Tensor read(
      WireReader wire, String place, Datatype datatype, Shape shape, TensorAllocator tensors)
      throws IOException {
    var data = new TypedData(wire, place, datatype, shape);
    data.requireRoom();
    return datatype == Datatype.BYTES ? data.texts(tensors) : data.numbers(tensors);
  }

  /** Each element takes some bytes at least, so a larger shape cannot be filled. */
  private void requireRoom() {
    var least = datatype.isFloat() ? datatype.size() : datatype == Datatype.BYTES ? 2 : 1;
    if (shape.elements() > wire.left() / least) {
      throw invalid(
          "%s: shape %s in %d bytes of contents (expected: data for %d elements)",
          place, shape, wire.left(), shape.elements());
    }
  }

  private Tensor numbers(TensorAllocator tensors) throws IOException {
    var tensor = tensors.allocate(datatype, shape);
    try {
      var data = tensor.segment();
      while (wire.next()) {
        requireField();
        if (wire.type() == WireReader.LENGTH) {
          var around = wire.enter();
          while (!wire.isAtEnd()) {
            put(data);
          }
          wire.leave(around);
        } else {
          wire.require(type());
          put(data);
        }
      }
      requireAll();
      return tensor;
    } catch (IOException | RuntimeException e) {
      tensor.close();
      throw e;
    }
  }

  private int type() {
    return switch (datatype) {
      case FP32 -> WireReader.FIXED_32;
      case FP64 -> WireReader.FIXED_64;
      case BOOL, INT8, INT16, INT32, INT64, UINT8, UINT16, UINT32, UINT64, FP16, BF16, BYTES ->
          WireReader.VARINT;
    };
  }

  private void requireField() {
    if (wire.field() != field) {
      var found = wire.field() <= FIELDS.size() ? FIELDS.get(wire.field() - 1) : "another field";
      throw invalid("%s: %s for %s (expected: %s)", place, found, datatype, FIELDS.get(field - 1));
    }
  }

  private void requireAll() {
    if (count != shape.elements()) {
      throw invalid(
          "%s: data: %d elements (expected: %d for shape %s)",
          place, count, shape.elements(), shape);
    }
  }

  private void requireOneMore() {
    if (count == shape.elements()) {
      throw invalid(
          "%s: data: more than %d elements (expected: as shape %s)",
          place, shape.elements(), shape);
    }
  }

  private void put(MemorySegment data) throws IOException {
    requireOneMore();
    switch (datatype) {
      case BOOL -> data.set(ValueLayout.JAVA_BYTE, count, (byte) (wire.varint() == 0 ? 0 : 1));
      case INT8 -> data.set(ValueLayout.JAVA_BYTE, count, (byte) whole(Byte.MIN_VALUE, 0x7F));
      case UINT8 -> data.set(ValueLayout.JAVA_BYTE, count, (byte) whole(0, 0xFF));
      case INT16 ->
          data.setAtIndex(ValueLayout.JAVA_SHORT, count, (short) whole(Short.MIN_VALUE, 0x7FFF));
      case UINT16 -> data.setAtIndex(ValueLayout.JAVA_SHORT, count, (short) whole(0, 0xFFFF));
      case INT32 ->
          data.setAtIndex(
              ValueLayout.JAVA_INT, count, (int) whole(Integer.MIN_VALUE, Integer.MAX_VALUE));
      case UINT32 -> data.setAtIndex(ValueLayout.JAVA_INT, count, (int) whole(0, 0xFFFF_FFFFL));
      case INT64, UINT64 -> data.setAtIndex(ValueLayout.JAVA_LONG, count, wire.varint());
      case FP32 -> data.setAtIndex(ValueLayout.JAVA_INT, count, wire.fixed32());
      case FP64 -> data.setAtIndex(ValueLayout.JAVA_LONG, count, wire.fixed64());
      case FP16, BF16, BYTES -> throw new AssertionError(datatype + " is no typed number");
    }
    count++;
  }

  private long whole(long min, long max) throws IOException {
    var value = wire.varint();
    if (value < min || value > max) {
      throw invalid(
          "%s: element %d: %d (expected: a whole number from %d to %d, as %s)",
          place, count, value, min, max, datatype);
    }
    return value;
  }

  /** Their total length is known only at the end: held on the heap until then. */
  private Tensor texts(TensorAllocator tensors) throws IOException {
    var held = wire.held(Math.toIntExact(wire.left()));
    var size = 0L;
    for (var text = texts(held); text.wire.next(); count++) {
      text.requireField();
      requireOneMore();
      var length = text.wire.length();
      text.wire.skip(length);
      size += Integer.BYTES + length;
    }
    requireAll();
    var tensor = tensors.allocateBytes(shape, size);
    try {
      write(texts(held).wire, tensor.buffer());
      return tensor;
    } catch (IOException | RuntimeException e) {
      tensor.close();
      throw e;
    }
  }

  private TypedData texts(byte[] held) {
    return new TypedData(wire.over(held), place, datatype, shape);
  }

  private static void write(WireReader texts, ByteBuffer target) throws IOException {
    while (texts.next()) {
      var text = texts.held();
      target.putInt(text.length).put(text);
    }
  }
}
