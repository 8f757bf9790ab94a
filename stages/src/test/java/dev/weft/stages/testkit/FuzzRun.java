package dev.weft.stages.testkit;

import com.sun.management.ThreadMXBean;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.tensor.TensorMemoryException;
import dev.weft.stages.tensor.TensorPool;
import java.lang.management.ManagementFactory;
import java.util.function.Consumer;

/** Tries hostile inputs: each is taken or refused, within bounds, and leaks nothing. */
final class FuzzRun implements AutoCloseable {

  private static final long POOL_BYTES_MAX = 64L << 20;
  private static final long HEAP_BYTES_MAX = 256L << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final TensorPool pool = new TensorPool(POOL_BYTES_MAX, TensorPool.LeakTracing.ON);
  private int taken;
  private int refused;

  int taken() {
    return taken;
  }

  int refused() {
    return refused;
  }

  /**
   * Gives {@code attempt} a pool of 64 MiB with nothing leased from it.
   *
   * @param what the input and its seed, for messages
   * @throws AssertionError if the attempt throws anything but a refusal, leaks, or allocates more
   *     than 256 MiB on the heap
   */
  void attempt(String what, Consumer<TensorPool> attempt) {
    var before = THREADS.getCurrentThreadAllocatedBytes();
    try {
      attempt.accept(pool);
      taken++;
    } catch (StageException | TensorMemoryException e) {
      refused++;
    } catch (RuntimeException | Error e) {
      throw new AssertionError(what + ": " + e, e);
    }
    if (pool.leased() > 0) {
      throw new AssertionError("%s: leaks %s".formatted(what, pool.leaks()));
    }
    var allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    if (allocated > HEAP_BYTES_MAX) {
      throw new AssertionError(
          "%s: %d bytes on the heap (expected: <= %d)".formatted(what, allocated, HEAP_BYTES_MAX));
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
