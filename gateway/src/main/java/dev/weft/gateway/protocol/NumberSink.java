package dev.weft.gateway.protocol;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import dev.weft.stages.tensor.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Numbers and truth values, written straight into the tensor's memory; never rounded, never NaN.
 */
final class NumberSink extends ElementSink {

  private final Tensor tensor;
  private final MemorySegment data;

  NumberSink(String place, Tensor tensor) {
    super(place, tensor.datatype());
    this.tensor = tensor;
    this.data = tensor.segment();
  }

  @Override
  void put(JsonParser parser, JsonToken token, long index) throws IOException {
    switch (datatype) {
      case FP32 -> data.setAtIndex(ValueLayout.JAVA_FLOAT, index, single(parser, token));
      case FP64 -> data.setAtIndex(ValueLayout.JAVA_DOUBLE, index, real(parser, token));
      case INT64 ->
          data.setAtIndex(
              ValueLayout.JAVA_LONG, index, whole(parser, token, Long.MIN_VALUE, Long.MAX_VALUE));
      case INT32 ->
          data.setAtIndex(
              ValueLayout.JAVA_INT,
              index,
              (int) whole(parser, token, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case INT16 ->
          data.setAtIndex(
              ValueLayout.JAVA_SHORT,
              index,
              (short) whole(parser, token, Short.MIN_VALUE, Short.MAX_VALUE));
      case INT8 ->
          data.set(
              ValueLayout.JAVA_BYTE,
              index,
              (byte) whole(parser, token, Byte.MIN_VALUE, Byte.MAX_VALUE));
      case UINT8 -> data.set(ValueLayout.JAVA_BYTE, index, (byte) whole(parser, token, 0, 0xFF));
      case UINT16 ->
          data.setAtIndex(ValueLayout.JAVA_SHORT, index, (short) whole(parser, token, 0, 0xFFFF));
      case UINT32 ->
          data.setAtIndex(ValueLayout.JAVA_INT, index, (int) whole(parser, token, 0, 0xFFFF_FFFFL));
      case UINT64 -> data.setAtIndex(ValueLayout.JAVA_LONG, index, unsignedLong(parser, token));
      case BOOL -> data.set(ValueLayout.JAVA_BYTE, index, truth(parser, token));
      case FP16, BF16, BYTES -> throw new AssertionError(datatype + " is no number in JSON");
    }
  }

  private float single(JsonParser parser, JsonToken token) throws IOException {
    requireNumber(parser, token, "a finite number that fits");
    var value = parser.getFloatValue();
    if (!Float.isFinite(value)) {
      throw wrong(parser, "a finite number that fits");
    }
    return value;
  }

  private double real(JsonParser parser, JsonToken token) throws IOException {
    requireNumber(parser, token, "a finite number that fits");
    var value = parser.getDoubleValue();
    if (!Double.isFinite(value)) {
      throw wrong(parser, "a finite number that fits");
    }
    return value;
  }

  private long whole(JsonParser parser, JsonToken token, long min, long max) throws IOException {
    if (token == JsonToken.VALUE_NUMBER_INT && parser.getNumberType() != NumberType.BIG_INTEGER) {
      var value = parser.getLongValue();
      if (value >= min && value <= max) {
        return value;
      }
    }
    throw wrong(parser, "a whole number from %d to %d".formatted(min, max));
  }

  private long unsignedLong(JsonParser parser, JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_NUMBER_INT) {
      var value = parser.getBigIntegerValue();
      if (value.signum() >= 0 && value.bitLength() <= Long.SIZE) {
        return value.longValue();
      }
    }
    throw wrong(parser, "a whole number from 0 to 2^64 - 1");
  }

  private byte truth(JsonParser parser, JsonToken token) throws IOException {
    return switch (token) {
      case VALUE_TRUE -> 1;
      case VALUE_FALSE -> 0;
      default -> throw wrong(parser, "true or false");
    };
  }

  private void requireNumber(JsonParser parser, JsonToken token, String expected)
      throws IOException {
    if (token != JsonToken.VALUE_NUMBER_FLOAT && token != JsonToken.VALUE_NUMBER_INT) {
      throw wrong(parser, expected);
    }
  }

  @Override
  Tensor tensor() {
    return tensor;
  }

  @Override
  void close() {
    tensor.close();
  }
}
