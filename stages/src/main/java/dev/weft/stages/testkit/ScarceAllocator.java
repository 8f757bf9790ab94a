package dev.weft.stages.testkit;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorMemoryException;
import java.util.concurrent.atomic.AtomicInteger;

/** Lends a given number of tensors and then refuses, as a pool at its bound does. */
final class ScarceAllocator implements TensorAllocator {

  private final TensorAllocator tensors;
  private final AtomicInteger left;

  ScarceAllocator(TensorAllocator tensors, int allowed) {
    this.tensors = tensors;
    this.left = new AtomicInteger(allowed);
  }

  @Override
  public Tensor allocate(Datatype datatype, Shape shape) {
    takeOne();
    return tensors.allocate(datatype, shape);
  }

  @Override
  public Tensor allocateBytes(Shape shape, long bytes) {
    takeOne();
    return tensors.allocateBytes(shape, bytes);
  }

  private void takeOne() {
    if (left.getAndDecrement() <= 0) {
      throw new TensorMemoryException("tensor: no memory left (expected: as the check wants it)");
    }
  }
}
