package dev.weft.stages.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Tensors filled with one value that a manifest spells as text. */
final class Constants {

  private static final long BYTES_MAX = 1 << 20;

  private Constants() {}

  /**
   * @throws IllegalArgumentException if {@code text} is not a value of {@code datatype}, or the
   *     tensor is larger than 1 MB
   */
  static OnnxTensor filled(Datatype datatype, Shape shape, String text) {
    if (shape.elements() > BYTES_MAX / Math.max(1, datatype.size())) {
      throw new IllegalArgumentException("shape: %s (expected: <= 1 MB)".formatted(shape));
    }
    var elements = (int) shape.elements();
    try {
      if (datatype == Datatype.BYTES) {
        var strings = new String[elements];
        Arrays.fill(strings, text);
        return OnnxTensor.createTensor(OrtAccess.ENVIRONMENT, strings, shape.toArray());
      }
      var content =
          ByteBuffer.allocateDirect(elements * datatype.size()).order(ByteOrder.LITTLE_ENDIAN);
      while (content.hasRemaining()) {
        put(content, datatype, text);
      }
      return OrtAccess.wrap(datatype, content.flip(), shape.toArray());
    } catch (OrtException e) {
      throw new StageException(ErrorCode.INTERNAL, "making a constant tensor failed", e);
    }
  }

  private static void put(ByteBuffer content, Datatype datatype, String text) {
    switch (datatype) {
      case BOOL -> content.put((byte) (bool(text) ? 1 : 0));
      case INT8 -> content.put(Byte.parseByte(text));
      case UINT8 -> content.put((byte) inRange(text, 0xff));
      case INT16 -> content.putShort(Short.parseShort(text));
      case UINT16 -> content.putShort((short) inRange(text, 0xffff));
      case INT32 -> content.putInt(Integer.parseInt(text));
      case UINT32 -> content.putInt(Integer.parseUnsignedInt(text));
      case INT64 -> content.putLong(Long.parseLong(text));
      case UINT64 -> content.putLong(Long.parseUnsignedLong(text));
      case FP16 -> content.putShort(Float.floatToFloat16(Float.parseFloat(text)));
      case BF16 -> content.putShort((short) (Float.floatToIntBits(Float.parseFloat(text)) >> 16));
      case FP32 -> content.putFloat(Float.parseFloat(text));
      case FP64 -> content.putDouble(Double.parseDouble(text));
      case BYTES -> throw new IllegalArgumentException("BYTES (expected: a fixed-size datatype)");
    }
  }

  private static boolean bool(String text) {
    return switch (text) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default ->
          throw new IllegalArgumentException("'%s' (expected: true or false)".formatted(text));
    };
  }

  private static int inRange(String text, int max) {
    var value = Integer.parseInt(text);
    if (value < 0 || value > max) {
      throw new IllegalArgumentException("%d (expected: 0 to %d)".formatted(value, max));
    }
    return value;
  }
}
