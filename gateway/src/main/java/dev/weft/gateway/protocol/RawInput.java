package dev.weft.gateway.protocol;

import static dev.weft.gateway.protocol.ProtocolException.tooLarge;

import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The only input of a model as the whole body. At most one dimension may vary; the size of the body
 * says how long it is. A BYTES input is one element, which is the body.
 */
final class RawInput {

  private RawInput() {}

  static Tensor read(
      InputStream body, int size, TensorSpec spec, ProtocolLimits limits, TensorAllocator tensors)
      throws IOException {
    var place = "input '%s'".formatted(spec.name());
    var isText = spec.datatype() == Datatype.BYTES;
    var shape = SpecShape.of(place, spec, isText ? 1 : size / (long) spec.datatype().size());
    if (shape.elements() > limits.elementsMax()) {
      throw tooLarge(
          "%s: %d elements (expected: <= %d)", place, shape.elements(), limits.elementsMax());
    }
    if (!isText) {
      return BinaryData.read(body, place, spec.datatype(), shape, size, tensors);
    }
    var length =
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(size).array();
    return BinaryData.read(
        new SequenceInputStream(new ByteArrayInputStream(length), body),
        place,
        spec.datatype(),
        shape,
        Math.addExact(size, Integer.BYTES),
        tensors);
  }
}
