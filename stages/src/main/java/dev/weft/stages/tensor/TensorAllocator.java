package dev.weft.stages.tensor;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Lends tensors. Whoever allocates a tensor owns its first lease and must close or hand it on. */
public interface TensorAllocator {

  /**
   * A tensor of a fixed-size datatype with undefined content.
   *
   * @throws IllegalArgumentException for {@link Datatype#BYTES}, or if the size in bytes overflows
   * @throws TensorMemoryException if the allocator's bound would be passed
   */
  Tensor allocate(Datatype datatype, Shape shape);

  /**
   * A {@link Datatype#BYTES} tensor with room for {@code bytes} of encoded elements, content
   * undefined.
   */
  Tensor allocateBytes(Shape shape, long bytes);

  default Tensor floats(Shape shape, float... values) {
    var tensor = allocate(Datatype.FP32, shape);
    tensor.copyFromFloats(values);
    return tensor;
  }

  default Tensor longs(Shape shape, long... values) {
    var tensor = allocate(Datatype.INT64, shape);
    tensor.copyFromLongs(values);
    return tensor;
  }

  default Tensor bytes(Shape shape, List<byte[]> elements) {
    var tensor = allocateBytes(shape, ByteStrings.encodedSize(elements));
    ByteStrings.write(elements, tensor.segment());
    return tensor;
  }

  /** A one-dimensional {@link Datatype#BYTES} tensor of UTF-8 strings. */
  default Tensor strings(List<String> values) {
    return bytes(
        Shape.of(values.size()),
        values.stream().map(value -> value.getBytes(StandardCharsets.UTF_8)).toList());
  }
}
