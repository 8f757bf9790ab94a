package dev.weft.gateway.protocol;

import static dev.weft.gateway.protocol.ProtocolException.invalid;
import static dev.weft.gateway.protocol.ProtocolException.truncated;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * Tensors as the bytes that follow the JSON: little-endian, row-major, BOOL a byte each, BYTES with
 * a length of four bytes before each element.
 */
final class BinaryData {

  private static final int CHUNK_BYTES = 16 << 10;

  private BinaryData() {}

  /**
   * Holds the size a client gives against what the tensor takes.
   *
   * @throws ProtocolException if they differ
   */
  static void requireSize(String place, Datatype datatype, Shape shape, long size) {
    var elements = shape.elements();
    if (datatype.isFixedSize()) {
      var wanted = Math.multiplyHigh(elements, datatype.size()) == 0;
      if (!wanted || elements * datatype.size() != size) {
        throw invalid(
            "%s: %d bytes (expected: %d of %d each for shape %s)",
            place, size, elements, datatype.size(), shape);
      }
    } else if (size / Integer.BYTES < elements) {
      throw invalid(
          "%s: %d bytes (expected: at least %d for each of %d elements)",
          place, size, Integer.BYTES, elements);
    }
  }

  /**
   * Reads the next {@code size} bytes as a tensor.
   *
   * @throws ProtocolException if they do not come or are no such tensor; nothing is left on lease
   */
  static Tensor read(
      InputStream body,
      String place,
      Datatype datatype,
      Shape shape,
      int size,
      TensorAllocator tensors)
      throws IOException {
    requireSize(place, datatype, shape, size);
    var tensor = allocate(datatype, shape, size, tensors);
    try {
      fill(tensor.buffer(), body, place);
      check(tensor, place);
      return tensor;
    } catch (IOException | RuntimeException e) {
      tensor.close();
      throw e;
    }
  }

  /**
   * Reads what lies in shared memory as a tensor. Its owner may write to it meanwhile, so what is
   * checked is the copy.
   *
   * @throws ProtocolException if it is not there or is no such tensor; nothing is left on lease
   */
  static Tensor read(
      SharedMemory memory,
      String place,
      SharedPlace at,
      Datatype datatype,
      Shape shape,
      TensorAllocator tensors) {
    requireSize(place, datatype, shape, at.bytes());
    var tensor = allocate(datatype, shape, at.bytes(), tensors);
    try {
      memory.read(place, at, tensor.buffer());
      check(tensor, place);
      return tensor;
    } catch (RuntimeException e) {
      tensor.close();
      throw e;
    }
  }

  private static Tensor allocate(
      Datatype datatype, Shape shape, long size, TensorAllocator tensors) {
    return datatype.isFixedSize()
        ? tensors.allocate(datatype, shape)
        : tensors.allocateBytes(shape, size);
  }

  private static void fill(ByteBuffer target, InputStream body, String place) throws IOException {
    var chunk = new byte[Math.min(CHUNK_BYTES, target.remaining())];
    while (target.hasRemaining()) {
      var count = body.read(chunk, 0, Math.min(chunk.length, target.remaining()));
      if (count < 0) {
        throw truncated(place, target.position(), target.limit());
      }
      target.put(chunk, 0, count);
    }
  }

  private static void check(Tensor tensor, String place) {
    switch (tensor.datatype()) {
      case BOOL -> checkBooleans(tensor.buffer(), place);
      case BYTES -> checkLengths(tensor.buffer(), tensor.shape().elements(), place);
      case UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, FP16, BF16, FP32, FP64 -> {
        // Every bit pattern is a value; the pipeline refuses floats that are not finite.
      }
    }
  }

  private static void checkBooleans(ByteBuffer data, String place) {
    while (data.hasRemaining()) {
      var value = data.get();
      if (value != 0 && value != 1) {
        throw invalid(
            "%s: element %d: byte %d (expected: 0 or 1, as BOOL)",
            place, data.position() - 1, value & 0xFF);
      }
    }
  }

  private static void checkLengths(ByteBuffer data, long elements, String place) {
    for (var index = 0L; index < elements; index++) {
      var length = data.remaining() < Integer.BYTES ? -1 : data.getInt();
      if (length < 0 || length > data.remaining()) {
        throw invalid(
            "%s: element %d: length %d (expected: 0 to the %d bytes that follow)",
            place, index, length, data.remaining());
      }
      data.position(data.position() + length);
    }
    if (data.hasRemaining()) {
      throw invalid(
          "%s: %d bytes after element %d (expected: none)", place, data.remaining(), elements - 1);
    }
  }
}
