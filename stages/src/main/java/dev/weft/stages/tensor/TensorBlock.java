package dev.weft.stages.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One piece of off-heap memory with a count of its leases; reused by its pool.
 *
 * <p>Generation (upper half) and leases (lower half) share one word, so a handle on an ended tensor
 * can never take or end a lease of the block's next tensor, however the threads interleave.
 */
final class TensorBlock {

  private static final VarHandle STATE;
  private static final long LEASES = 0xffff_ffffL;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(TensorBlock.class, "state", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final TensorPool pool;
  private final Arena arena;
  private final MemorySegment segment;
  private final ByteBuffer buffer;
  private volatile long state;
  private volatile @Nullable Throwable allocatedAt;

  TensorBlock(TensorPool pool, long capacity) {
    this.pool = pool;
    this.arena = Arena.ofShared();
    try {
      this.segment = arena.allocate(capacity, TensorPool.ALIGNMENT);
    } catch (OutOfMemoryError | RuntimeException e) {
      arena.close();
      throw e;
    }
    this.buffer = segment.asSlice(0, Math.min(capacity, Integer.MAX_VALUE)).asByteBuffer();
  }

  MemorySegment segment() {
    return segment;
  }

  /** The block's first 2 GB, more than which a buffer cannot show. */
  ByteBuffer buffer() {
    return buffer;
  }

  long capacity() {
    return segment.byteSize();
  }

  /**
   * Starts the first lease of a new tensor; {@code site} is where, when leaks are traced.
   *
   * @return the tensor's generation, by which a stale handle on reused memory is told apart
   */
  int lease(@Nullable Throwable site) {
    allocatedAt = site;
    var generation = generation(state) + 1;
    state = (long) generation << Integer.SIZE | 1;
    return generation;
  }

  @Nullable Throwable allocatedAt() {
    return allocatedAt;
  }

  void checkLeased(int tensor) {
    if (!isLeased(state, tensor)) {
      throw new IllegalStateException("tensor used after its last lease ended");
    }
  }

  void retain(int tensor) {
    while (true) {
      var now = state;
      if (!isLeased(now, tensor)) {
        throw new IllegalStateException("tensor retained after its last lease ended");
      }
      if (STATE.compareAndSet(this, now, now + 1)) {
        return;
      }
    }
  }

  void release(int tensor) {
    while (true) {
      var now = state;
      if (!isLeased(now, tensor)) {
        throw new IllegalStateException("tensor closed more often than it was leased");
      }
      if (STATE.compareAndSet(this, now, now - 1)) {
        if ((now & LEASES) == 1) {
          pool.giveBack(this);
        }
        return;
      }
    }
  }

  void free() {
    arena.close();
  }

  private static boolean isLeased(long state, int tensor) {
    return (state & LEASES) > 0 && generation(state) == tensor;
  }

  private static int generation(long state) {
    return (int) (state >>> Integer.SIZE);
  }
}
