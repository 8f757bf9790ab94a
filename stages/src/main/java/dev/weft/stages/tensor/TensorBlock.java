package dev.weft.stages.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One piece of off-heap memory with a count of its leases; reused by its pool. */
final class TensorBlock {

  private static final VarHandle LEASES;

  static {
    try {
      LEASES = MethodHandles.lookup().findVarHandle(TensorBlock.class, "leases", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final TensorPool pool;
  private final Arena arena;
  private final MemorySegment segment;
  private final ByteBuffer buffer;
  private volatile int leases;
  private volatile int generation;
  private volatile @Nullable Throwable allocatedAt;

  TensorBlock(TensorPool pool, long capacity) {
    this.pool = pool;
    this.arena = Arena.ofShared();
    this.segment = arena.allocate(capacity, TensorPool.ALIGNMENT);
    this.buffer = segment.asByteBuffer();
  }

  MemorySegment segment() {
    return segment;
  }

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
    var next = generation + 1;
    generation = next;
    leases = 1;
    return next;
  }

  @Nullable Throwable allocatedAt() {
    return allocatedAt;
  }

  void checkLeased(int tensor) {
    if (leases <= 0 || generation != tensor) {
      throw new IllegalStateException("tensor used after its last lease ended");
    }
  }

  void retain(int tensor) {
    for (var now = leases; ; now = leases) {
      if (now <= 0 || generation != tensor) {
        throw new IllegalStateException("tensor retained after its last lease ended");
      }
      if (LEASES.compareAndSet(this, now, now + 1)) {
        return;
      }
    }
  }

  void release(int tensor) {
    for (var now = leases; ; now = leases) {
      if (now <= 0 || generation != tensor) {
        throw new IllegalStateException("tensor closed more often than it was leased");
      }
      if (LEASES.compareAndSet(this, now, now - 1)) {
        if (now == 1) {
          pool.giveBack(this);
        }
        return;
      }
    }
  }

  void free() {
    arena.close();
  }
}
