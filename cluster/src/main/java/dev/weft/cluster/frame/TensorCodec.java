package dev.weft.cluster.frame;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.weft.api.cluster.v1.FrameTensor;
import dev.weft.cluster.frame.FrameCodec.FrameException;
import dev.weft.cluster.route.Packing;
import dev.weft.link.compression.Compression;
import dev.weft.link.compression.Content;
import dev.weft.link.compression.Method;
import dev.weft.link.compression.Packed;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.tensor.ByteStrings;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorMemoryException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tensors as the data link carries them, packed by their datatype where that is asked for. */
final class TensorCodec {

  /** Of a tensor that comes packed: what a few bytes may become. */
  static final int UNPACKED_BYTES_MAX = 64 << 20;

  private TensorCodec() {}

  /**
   * Copies.
   *
   * @param packing what is packed, if that makes it smaller
   */
  static FrameTensor tensor(String name, Tensor tensor, Packing packing) {
    var message = FrameTensor.newBuilder().setName(name).setDatatype(tensor.datatype().name());
    for (var dim : tensor.shape().toArray()) {
      message.addShape(dim);
    }
    var content = content(tensor.datatype());
    return isPacked(content, packing)
        ? packed(message, content, tensor)
        : message.setContent(ByteString.copyFrom(tensor.segment().asByteBuffer())).build();
  }

  private static boolean isPacked(Content content, Packing packing) {
    return switch (content) {
      case BYTES, INTEGERS -> packing != Packing.NOTHING;
      case FLOATS -> packing == Packing.EVERYTHING;
      case SAMPLES -> false;
    };
  }

  private static FrameTensor packed(FrameTensor.Builder message, Content content, Tensor tensor) {
    var bytes = new byte[Math.toIntExact(tensor.byteSize())];
    tensor.segment().asByteBuffer().get(bytes);
    var packed = Compression.pack(content, width(tensor.datatype()), bytes);
    message.setContent(UnsafeByteOperations.unsafeWrap(packed.bytes()));
    if (packed.method() != Method.NONE) {
      message.setPacking(packed.method().number()).setUnpackedBytes(packed.length());
    }
    return message.build();
  }

  /** What a tensor of a datatype most likely holds. */
  private static Content content(Datatype datatype) {
    return switch (datatype) {
      case UINT8, INT8 -> Content.SAMPLES;
      case UINT16, UINT32, UINT64, INT16, INT32, INT64 -> Content.INTEGERS;
      case FP16, BF16, FP32, FP64 -> Content.FLOATS;
      case BOOL, BYTES -> Content.BYTES;
    };
  }

  private static int width(Datatype datatype) {
    return datatype.isFixedSize() ? datatype.size() : 1;
  }

  /**
   * By name.
   *
   * @param memory lends theirs
   * @throws FrameException if one is none, comes twice, or there is no memory for it; then nothing
   *     is kept
   */
  static Map<String, Tensor> tensors(List<FrameTensor> messages, TensorAllocator memory)
      throws FrameException {
    var tensors = new LinkedHashMap<String, Tensor>();
    try {
      for (var message : messages) {
        var tensor = tensor(message, memory);
        var before = tensors.put(message.getName(), tensor);
        if (before != null) {
          before.close();
          throw wrong(message, "comes twice");
        }
      }
      return tensors;
    } catch (FrameException | RuntimeException e) {
      tensors.values().forEach(Tensor::close);
      throw e;
    }
  }

  private static FrameException wrong(FrameTensor message, String what) {
    return new FrameException(
        ErrorCode.INVALID_INPUT, "tensor '%s': %s".formatted(message.getName(), what));
  }

  private static Tensor tensor(FrameTensor message, TensorAllocator memory) throws FrameException {
    var datatype =
        Datatype.of(message.getDatatype())
            .orElseThrow(
                () ->
                    wrong(
                        message,
                        "datatype '%s' (expected: one this Weft knows)"
                            .formatted(message.getDatatype())));
    var size = bytes(message);
    var shape = shape(message, datatype, size);
    // Before anything is unpacked, so that memory is asked for where it is bounded.
    var tensor = allocate(datatype, shape, size, memory);
    try {
      var content = unpacked(message, datatype, size);
      if (!datatype.isFixedSize()) {
        ByteStrings.read(MemorySegment.ofBuffer(content.duplicate()), shape.elements());
      }
      tensor.segment().asByteBuffer().put(content);
      return tensor;
    } catch (IllegalArgumentException e) {
      tensor.close();
      throw wrong(message, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      tensor.close();
      throw e;
    }
  }

  /** Of the tensor, which may have come packed. */
  private static int bytes(FrameTensor message) throws FrameException {
    var isPacked = message.getPacking() != Method.NONE.number();
    var bytes = isPacked ? message.getUnpackedBytes() : message.getContent().size();
    if (isPacked && (bytes < 0 || bytes > UNPACKED_BYTES_MAX)) {
      throw wrong(
          message,
          "%s bytes unpacked (expected: 0 to %d)"
              .formatted(Integer.toUnsignedString(bytes), UNPACKED_BYTES_MAX));
    }
    return bytes;
  }

  /** The shape, which must be that of so many bytes. */
  private static Shape shape(FrameTensor message, Datatype datatype, int size)
      throws FrameException {
    try {
      var shape = Shape.of(message.getShapeList().stream().mapToLong(Long::longValue).toArray());
      if (datatype.isFixedSize()
          && Math.multiplyExact(shape.elements(), datatype.size()) != (long) size) {
        throw wrong(
            message,
            "%d bytes (expected: %d for %s %s)"
                .formatted(size, shape.elements() * datatype.size(), datatype, shape));
      }
      return shape;
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw wrong(message, String.valueOf(e.getMessage()));
    }
  }

  private static Tensor allocate(Datatype datatype, Shape shape, int size, TensorAllocator memory)
      throws FrameException {
    try {
      return datatype.isFixedSize()
          ? memory.allocate(datatype, shape)
          : memory.allocateBytes(shape, size);
    } catch (TensorMemoryException e) {
      throw new FrameException(ErrorCode.OVERLOADED, String.valueOf(e.getMessage()));
    }
  }

  /**
   * @throws IllegalArgumentException if it is damaged
   */
  private static ByteBuffer unpacked(FrameTensor message, Datatype datatype, int size) {
    var content = message.getContent();
    if (message.getPacking() == Method.NONE.number()) {
      return content.asReadOnlyByteBuffer();
    }
    var method = Method.of(message.getPacking());
    return ByteBuffer.wrap(
        Compression.unpack(new Packed(method, width(datatype), size, content.toByteArray())));
  }
}
