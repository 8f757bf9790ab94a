package dev.weft.stages.tensor;

import java.util.concurrent.atomic.AtomicLong;

/** The part of a pool that one of its users may have on lease at once. Threadsafe, lock-free. */
final class TensorShare implements TensorAllocator {

  private final TensorPool pool;
  private final String whose;
  private final long bytesMax;
  private final AtomicLong bytes = new AtomicLong();

  TensorShare(TensorPool pool, String whose, long bytesMax) {
    this.pool = pool;
    this.whose = whose;
    this.bytesMax = bytesMax;
  }

  @Override
  public Tensor allocate(Datatype datatype, Shape shape) {
    return pool.lend(datatype, shape, TensorPool.fixedByteSize(datatype, shape), this);
  }

  @Override
  public Tensor allocateBytes(Shape shape, long bytes) {
    return pool.lend(Datatype.BYTES, shape, TensorPool.checkedByteSize(bytes), this);
  }

  /**
   * Counts a block that goes on lease.
   *
   * @throws TensorMemoryException if the bound would be passed; nothing is counted then
   */
  void take(Datatype datatype, Shape shape, long capacity) {
    for (var now = bytes.get(); ; now = bytes.get()) {
      if (capacity > bytesMax - now) {
        throw new TensorMemoryException(
            "tensor %s%s: %d bytes on top of %d on lease to %s (expected: <= %d in all for one)"
                .formatted(datatype, shape, capacity, now, whose, bytesMax));
      }
      if (bytes.compareAndSet(now, now + capacity)) {
        return;
      }
    }
  }

  /** Counts a block that has come back, or did not go out after all. */
  void give(long capacity) {
    bytes.addAndGet(-capacity);
  }
}
