package dev.weft.stages.process;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorMemoryException;
import dev.weft.stages.tensor.TensorPool;
import org.jspecify.annotations.Nullable;

/**
 * The outputs of a stage process that its parent has on lease, by the number under which they are
 * given back; and the allocator of the stage, which takes back what was given back when it runs
 * out. Used by the thread that runs the stage.
 */
final class OutputLeases implements TensorAllocator {

  private final Channel channel;
  private final TensorPool pool;
  private final @Nullable Tensor[] held = new @Nullable Tensor[Channel.LEASES];
  private final int[] free = new int[Channel.LEASES];
  private int freeCount = Channel.LEASES;

  OutputLeases(Channel channel, TensorPool pool) {
    this.channel = channel;
    this.pool = pool;
    for (var lease = 0; lease < free.length; lease++) {
      free[lease] = free.length - 1 - lease;
    }
  }

  /**
   * Holds {@code output} until the parent gives it back.
   *
   * @throws TensorMemoryException if the parent holds as many as it may
   */
  int hold(Tensor output) {
    if (freeCount == 0) {
      takeReturned();
    }
    if (freeCount == 0) {
      throw new TensorMemoryException(
          "outputs on lease: %d (expected: fewer)".formatted(held.length));
    }
    var lease = free[--freeCount];
    held[lease] = output;
    return lease;
  }

  /** A copy of what lies outside the region. */
  Tensor copyOf(Tensor output) {
    return pool.copyOf(output);
  }

  /** Takes back an output that was held and never told of. */
  void drop(int lease) {
    var output = held[lease];
    if (output != null) {
      held[lease] = null;
      free[freeCount++] = lease;
      output.close();
    }
  }

  /** Closes all that the parent has given back. */
  void takeReturned() {
    for (var word = 0; word < held.length / Long.SIZE; word++) {
      for (var bits = channel.takeReturned(word); bits != 0; bits &= bits - 1) {
        drop(word * Long.SIZE + Long.numberOfTrailingZeros(bits));
      }
    }
  }

  /** Number of outputs the parent has. */
  int count() {
    return held.length - freeCount;
  }

  @Override
  public Tensor allocate(Datatype datatype, Shape shape) {
    try {
      return pool.allocate(datatype, shape);
    } catch (TensorMemoryException _) {
      takeReturned();
      return pool.allocate(datatype, shape);
    }
  }

  @Override
  public Tensor allocateBytes(Shape shape, long bytes) {
    try {
      return pool.allocateBytes(shape, bytes);
    } catch (TensorMemoryException _) {
      takeReturned();
      return pool.allocateBytes(shape, bytes);
    }
  }
}
