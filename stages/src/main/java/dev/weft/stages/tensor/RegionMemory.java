package dev.weft.stages.tensor;

import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Pieces of one region of memory, such as a mapped file; a pool over it lends tensors there. */
public final class RegionMemory implements TensorMemory {

  private final MemorySegment region;
  private final Runnable whenEmpty;
  private final Extents extents;

  /**
   * @param region starts at a multiple of 64
   * @param whenEmpty run once, when the pool is closed and no tensor lies in the region any more
   */
  public RegionMemory(MemorySegment region, Runnable whenEmpty) {
    if (region.address() % TensorPool.ALIGNMENT != 0) {
      throw new IllegalArgumentException(
          "region at %d (expected: a multiple of %d)"
              .formatted(region.address(), TensorPool.ALIGNMENT));
    }
    this.region = region;
    this.whenEmpty = whenEmpty;
    this.extents = new Extents(region.byteSize());
  }

  @Override
  public synchronized Optional<Piece> take(long bytes) {
    // A size class need not be a multiple of the alignment; the next piece must start at one.
    var length = (bytes + TensorPool.ALIGNMENT - 1) / TensorPool.ALIGNMENT * TensorPool.ALIGNMENT;
    var offset = extents.take(length);
    if (offset.isEmpty()) {
      return Optional.empty();
    }
    var at = offset.getAsLong();
    return Optional.of(new Piece(region.asSlice(at, bytes), () -> give(at, length)));
  }

  private synchronized void give(long offset, long length) {
    extents.give(offset, length);
  }

  @Override
  public void close() {
    whenEmpty.run();
  }
}
