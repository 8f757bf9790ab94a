package dev.weft.stages.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One piece of off-heap memory with a count of its leases; reused by its owner.
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

  private final Consumer<TensorBlock> owner;
  private final TensorMemory.Piece piece;
  private final ByteBuffer buffer;
  private volatile long state;
  private volatile @Nullable Throwable allocatedAt;
  private volatile @Nullable TensorShare share;

  /**
   * @param owner is given the block when its last lease ends
   */
  TensorBlock(Consumer<TensorBlock> owner, TensorMemory.Piece piece) {
    this.owner = owner;
    this.piece = piece;
    var shown = Math.min(piece.segment().byteSize(), Integer.MAX_VALUE);
    this.buffer = piece.segment().asSlice(0, shown).asByteBuffer();
  }

  MemorySegment segment() {
    return piece.segment();
  }

  /** The block's first 2 GB, more than which a buffer cannot show. */
  ByteBuffer buffer() {
    return buffer;
  }

  long capacity() {
    return piece.segment().byteSize();
  }

  /**
   * Starts the first lease of a new tensor.
   *
   * @param site where, when leaks are traced
   * @param whose of whose share it is; null if of none
   * @return the tensor's generation, by which a stale handle on reused memory is told apart
   */
  int lease(@Nullable Throwable site, @Nullable TensorShare whose) {
    allocatedAt = site;
    share = whose;
    var generation = generation(state) + 1;
    state = (long) generation << Integer.SIZE | 1;
    return generation;
  }

  @Nullable TensorShare share() {
    return share;
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
          owner.accept(this);
        }
        return;
      }
    }
  }

  void free() {
    piece.free().run();
  }

  private static boolean isLeased(long state, int tensor) {
    return (state & LEASES) > 0 && generation(state) == tensor;
  }

  private static int generation(long state) {
    return (int) (state >>> Integer.SIZE);
  }
}
