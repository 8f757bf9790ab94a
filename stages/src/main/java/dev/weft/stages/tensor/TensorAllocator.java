package dev.weft.stages.tensor;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

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

  /**
   * @throws IllegalArgumentException unless there is one value per element
   */
  default Tensor floats(Shape shape, float... values) {
    return filled(allocate(Datatype.FP32, shape), tensor -> tensor.copyFromFloats(values));
  }

  /**
   * @throws IllegalArgumentException unless there is one value per element
   */
  default Tensor longs(Shape shape, long... values) {
    return filled(allocate(Datatype.INT64, shape), tensor -> tensor.copyFromLongs(values));
  }

  /**
   * @throws IllegalArgumentException unless there is one byte string per element
   */
  default Tensor bytes(Shape shape, List<byte[]> elements) {
    if (elements.size() != shape.elements()) {
      throw new IllegalArgumentException(
          "values: %d (expected: %d for shape %s)"
              .formatted(elements.size(), shape.elements(), shape));
    }
    return filled(
        allocateBytes(shape, ByteStrings.encodedSize(elements)),
        tensor -> ByteStrings.write(elements, tensor.segment()));
  }

  /** A one-dimensional {@link Datatype#BYTES} tensor of UTF-8 strings. */
  default Tensor strings(List<String> values) {
    return bytes(
        Shape.of(values.size()),
        values.stream().map(value -> value.getBytes(StandardCharsets.UTF_8)).toList());
  }

  private static Tensor filled(Tensor tensor, Consumer<Tensor> fill) {
    try {
      fill.accept(tensor);
      return tensor;
    } catch (RuntimeException e) {
      tensor.close();
      throw e;
    }
  }
}
