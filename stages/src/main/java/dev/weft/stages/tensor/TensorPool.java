package dev.weft.stages.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Lends off-heap tensors from a bounded amount of memory and takes them back for reuse. Threadsafe.
 *
 * <p>Blocks come in size classes, four to a power of two, so at most a fifth of a block is unused.
 * Freed blocks wait in their class for the next tensor; when the bound is near, waiting blocks of
 * other classes are freed first.
 */
public final class TensorPool implements TensorAllocator, AutoCloseable {

  /** Alignment of every tensor in bytes: one cache line, enough for any vector load. */
  static final long ALIGNMENT = 64;

  private static final long SMALLEST_BLOCK = 256;

  /** Whether the place of every allocation is kept, so that a leak can be named. */
  public enum LeakTracing {
    OFF,
    ON
  }

  /** A tensor that was never closed, and where it was allocated (only when traced). */
  public record Leak(long bytes, List<StackTraceElement> allocatedAt) {
    public Leak {
      allocatedAt = List.copyOf(allocatedAt);
    }

    @Override
    public String toString() {
      var text = new StringBuilder(bytes + " bytes allocated");
      allocatedAt.forEach(frame -> text.append("\n    at ").append(frame));
      return text.toString();
    }
  }

  private final long bytesMax;
  private final LeakTracing tracing;
  private final Map<Long, ConcurrentLinkedQueue<TensorBlock>> waiting = new ConcurrentHashMap<>();
  private final Map<TensorBlock, Boolean> traced = new ConcurrentHashMap<>();
  private final AtomicLong bytesHeld = new AtomicLong();
  private final AtomicLong bytesWaiting = new AtomicLong();
  private final AtomicLong leased = new AtomicLong();
  private final LongAdder bytesCopied = new LongAdder();
  private volatile boolean closed;

  /**
   * @param bytesMax most off-heap memory held at once, leased and waiting together, in bytes
   */
  public TensorPool(long bytesMax, LeakTracing tracing) {
    if (bytesMax < SMALLEST_BLOCK) {
      throw new IllegalArgumentException(
          "bytesMax: %d (expected: >= %d)".formatted(bytesMax, SMALLEST_BLOCK));
    }
    this.bytesMax = bytesMax;
    this.tracing = tracing;
  }

  @Override
  public Tensor allocate(Datatype datatype, Shape shape) {
    if (!datatype.isFixedSize()) {
      throw new IllegalArgumentException(
          "datatype: BYTES (expected: a fixed-size datatype; use allocateBytes)");
    }
    return lend(datatype, shape, byteSize(datatype, shape));
  }

  @Override
  public Tensor allocateBytes(Shape shape, long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes: %d (expected: >= 0)".formatted(bytes));
    }
    return lend(Datatype.BYTES, shape, bytes);
  }

  /** A copy of {@code tensor}'s content in new memory; counted in {@link #bytesCopied()}. */
  public Tensor copyOf(Tensor tensor) {
    var copy = lend(tensor.datatype(), tensor.shape(), tensor.byteSize());
    copy.segment().copyFrom(tensor.segment());
    countCopy(tensor.byteSize());
    return copy;
  }

  /** Counts {@code bytes} of tensor content that had to be copied from one memory to another. */
  public void countCopy(long bytes) {
    bytesCopied.add(bytes);
  }

  /** Tensor content copied so far, in bytes: what zero-copy hand-over is checked against. */
  public long bytesCopied() {
    return bytesCopied.sum();
  }

  /** Number of blocks on lease now. */
  public long leased() {
    return leased.get();
  }

  /** Off-heap memory held now, leased and waiting, in bytes. */
  public long bytesHeld() {
    return bytesHeld.get();
  }

  /** Tensors not closed yet; empty unless traced. */
  public List<Leak> leaks() {
    var leaks = new ArrayList<Leak>();
    for (var block : traced.keySet()) {
      var site = block.allocatedAt();
      var frames = site == null ? List.<StackTraceElement>of() : List.of(site.getStackTrace());
      leaks.add(new Leak(block.capacity(), callers(frames)));
    }
    return List.copyOf(leaks);
  }

  /**
   * Frees the memory that waits; what is still leased is freed when its last lease ends.
   *
   * @throws IllegalStateException naming every allocation site, if tensors are still leased and
   *     leaks are traced
   */
  @Override
  public void close() {
    closed = true;
    freeWaiting(0);
    var leaks = leaks();
    if (!leaks.isEmpty()) {
      var text = new StringBuilder("leaked tensors: " + leaks.size());
      leaks.forEach(leak -> text.append("\n  ").append(leak));
      throw new IllegalStateException(text.toString());
    }
  }

  private static long byteSize(Datatype datatype, Shape shape) {
    try {
      return Math.multiplyExact(shape.elements(), (long) datatype.size());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "shape: %s of %s (expected: a size in bytes below 2^63)".formatted(shape, datatype), e);
    }
  }

  private Tensor lend(Datatype datatype, Shape shape, long bytes) {
    if (bytes > bytesMax) {
      throw new TensorMemoryException(
          "tensor %s%s: %d bytes (expected: <= %d)".formatted(datatype, shape, bytes, bytesMax));
    }
    if (closed) {
      throw new IllegalStateException("tensor allocated from a closed pool");
    }
    var capacity = sizeClass(bytes);
    var block = takeWaiting(capacity);
    if (block == null) {
      block = newBlock(datatype, shape, capacity);
    }
    leased.incrementAndGet();
    var generation = block.lease(tracing == LeakTracing.ON ? new Throwable("allocated") : null);
    if (tracing == LeakTracing.ON) {
      traced.put(block, Boolean.TRUE);
    }
    return new Tensor(datatype, shape, block, bytes, generation);
  }

  private @Nullable TensorBlock takeWaiting(long capacity) {
    var queue = waiting.get(capacity);
    var block = queue == null ? null : queue.poll();
    if (block != null) {
      bytesWaiting.addAndGet(-capacity);
    }
    return block;
  }

  private TensorBlock newBlock(Datatype datatype, Shape shape, long capacity) {
    if (bytesHeld.addAndGet(capacity) > bytesMax) {
      freeWaiting(bytesMax);
      if (bytesHeld.get() > bytesMax) {
        var held = bytesHeld.addAndGet(-capacity);
        throw new TensorMemoryException(
            "tensor %s%s: %d bytes on top of %d leased (expected: <= %d in all)"
                .formatted(datatype, shape, capacity, held, bytesMax));
      }
    }
    return new TensorBlock(this, capacity);
  }

  void giveBack(TensorBlock block) {
    leased.decrementAndGet();
    if (tracing == LeakTracing.ON) {
      traced.remove(block);
    }
    waiting.computeIfAbsent(block.capacity(), _ -> new ConcurrentLinkedQueue<>()).add(block);
    bytesWaiting.addAndGet(block.capacity());
    if (closed) {
      freeWaiting(0);
    }
  }

  /** Frees waiting blocks, largest class first, until at most {@code target} bytes are held. */
  private void freeWaiting(long target) {
    var classes = new ArrayList<>(waiting.keySet());
    classes.sort((a, b) -> Long.compare(b, a));
    for (var capacity : classes) {
      while (bytesHeld.get() > target) {
        var block = takeWaiting(capacity);
        if (block == null) {
          break;
        }
        block.free();
        bytesHeld.addAndGet(-capacity);
      }
    }
  }

  /** Rounds up to a quarter of a power of two; at least {@link #SMALLEST_BLOCK}. */
  static long sizeClass(long bytes) {
    if (bytes <= SMALLEST_BLOCK) {
      return SMALLEST_BLOCK;
    }
    var quarter = Long.highestOneBit(bytes - 1) >> 2;
    return (bytes + quarter - 1) / quarter * quarter;
  }

  private static List<StackTraceElement> callers(List<StackTraceElement> frames) {
    return frames.stream()
        .dropWhile(frame -> frame.getClassName().startsWith("dev.weft.stages.tensor."))
        .limit(12)
        .toList();
  }
}
