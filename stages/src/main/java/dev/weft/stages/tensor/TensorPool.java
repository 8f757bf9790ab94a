package dev.weft.stages.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lends off-heap tensors from a bounded amount of memory and takes them back for reuse. Threadsafe.
 *
 * <p>Blocks come in size classes, four to a power of two, so at most a fifth of a block is unused.
 * Freed blocks wait in their class for the next tensor; when a new block would pass the bound,
 * waiting blocks are freed first, largest first. Lock-free but for that; a block's memory is zeroed
 * only when new.
 */
public final class TensorPool implements TensorAllocator, AutoCloseable {

  /** Alignment of every tensor in bytes: one cache line, enough for any vector load. */
  static final long ALIGNMENT = 64;

  private static final long SMALLEST_BLOCK = 256;
  private static final Set<String> OWN_CLASSES =
      Set.of(
          TensorPool.class.getName(), TensorShare.class.getName(), TensorAllocator.class.getName());
  private static final int SMALLEST_EXPONENT = 8;
  private static final int LARGEST_EXPONENT = 61;

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
  private final TensorMemory memory;
  private final Consumer<TensorBlock> owner = this::giveBack;
  private final BlockStack[] waiting = new BlockStack[classIndex(1L << LARGEST_EXPONENT) + 1];
  private final Map<TensorBlock, Boolean> traced = new ConcurrentHashMap<>();
  private final AtomicLong bytesHeld = new AtomicLong();
  private final AtomicLong bytesPeak = new AtomicLong();
  private final AtomicLong leased = new AtomicLong();
  private final LongAdder bytesCopied = new LongAdder();
  private final AtomicBoolean memoryClosed = new AtomicBoolean();
  private volatile boolean closed;

  /**
   * @param bytesMax most off-heap memory held at once, leased and waiting together, in bytes
   */
  public TensorPool(long bytesMax, LeakTracing tracing) {
    this(bytesMax, tracing, TensorMemory.OWN);
  }

  /**
   * @param bytesMax most memory held at once, leased and waiting together, in bytes
   * @param memory closed by the pool, once it is closed itself and all its memory has come back
   */
  public TensorPool(long bytesMax, LeakTracing tracing, TensorMemory memory) {
    if (bytesMax < SMALLEST_BLOCK) {
      throw new IllegalArgumentException(
          "bytesMax: %d (expected: >= %d)".formatted(bytesMax, SMALLEST_BLOCK));
    }
    this.bytesMax = bytesMax;
    this.tracing = tracing;
    this.memory = memory;
    Arrays.setAll(waiting, _ -> new BlockStack());
  }

  @Override
  public Tensor allocate(Datatype datatype, Shape shape) {
    return lend(datatype, shape, fixedByteSize(datatype, shape), null);
  }

  @Override
  public Tensor allocateBytes(Shape shape, long bytes) {
    return lend(Datatype.BYTES, shape, checkedByteSize(bytes), null);
  }

  /**
   * The part of this pool that one user of several may have: its tensors come from here, and at
   * most {@code bytesMax} of them are on lease at once, so that one who never closes them leaves
   * the rest to others.
   *
   * @param whose for messages
   */
  public TensorAllocator share(String whose, long bytesMax) {
    return new TensorShare(this, whose, bytesMax);
  }

  /** A copy of {@code tensor}'s content in new memory; counted in {@link #bytesCopied()}. */
  public Tensor copyOf(Tensor tensor) {
    var content = tensor.segment();
    var copy = lend(tensor.datatype(), tensor.shape(), tensor.byteSize(), null);
    copy.segment().copyFrom(content);
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

  /** Most off-heap memory ever held at once, leased and waiting, in bytes. */
  public long bytesPeak() {
    return bytesPeak.get();
  }

  /** Most off-heap memory that may be held at once, in bytes. */
  public long bytesMax() {
    return bytesMax;
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
    freeWaiting();
    var leaks = leaks();
    if (!leaks.isEmpty()) {
      var text = new StringBuilder("leaked tensors: " + leaks.size());
      leaks.forEach(leak -> text.append("\n  ").append(leak));
      throw new IllegalStateException(text.toString());
    }
  }

  static long byteSize(Datatype datatype, Shape shape) {
    try {
      return Math.multiplyExact(shape.elements(), (long) datatype.size());
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "shape: %s of %s (expected: a size in bytes below 2^63)".formatted(shape, datatype), e);
    }
  }

  static long fixedByteSize(Datatype datatype, Shape shape) {
    if (!datatype.isFixedSize()) {
      throw new IllegalArgumentException(
          "datatype: BYTES (expected: a fixed-size datatype; use allocateBytes)");
    }
    return byteSize(datatype, shape);
  }

  static long checkedByteSize(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes: %d (expected: >= 0)".formatted(bytes));
    }
    return bytes;
  }

  /**
   * @param share of which the memory is; null for the pool at large
   */
  Tensor lend(Datatype datatype, Shape shape, long bytes, @Nullable TensorShare share) {
    if (bytes > Math.min(bytesMax, 1L << LARGEST_EXPONENT)) {
      throw new TensorMemoryException(
          "tensor %s%s: %d bytes (expected: <= %d)".formatted(datatype, shape, bytes, bytesMax));
    }
    if (closed) {
      throw new IllegalStateException("tensor allocated from a closed pool");
    }
    var capacity = sizeClass(bytes);
    if (share != null) {
      share.take(datatype, shape, capacity);
    }
    var block = waiting[classIndex(capacity)].pop();
    if (block == null) {
      block = newBlock(datatype, shape, capacity, share);
    }
    leased.incrementAndGet();
    var site = tracing == LeakTracing.ON ? new Throwable("allocated") : null;
    var generation = block.lease(site, share);
    if (tracing == LeakTracing.ON) {
      traced.put(block, Boolean.TRUE);
    }
    return new Tensor(datatype, shape, block, bytes, generation);
  }

  private TensorBlock newBlock(
      Datatype datatype, Shape shape, long capacity, @Nullable TensorShare share) {
    var block = Optional.<TensorBlock>empty();
    try {
      block =
          take(capacity)
              .or(() -> takeByFreeing(capacity))
              .map(piece -> new TensorBlock(owner, piece));
      return block.orElseThrow(
          () ->
              new TensorMemoryException(
                  "tensor %s%s: %d bytes on top of %d leased (expected: <= %d in all)"
                      .formatted(datatype, shape, capacity, bytesHeld.get(), bytesMax)));
    } catch (OutOfMemoryError e) {
      throw new TensorMemoryException(
          "tensor %s%s: %d bytes (expected: as many left for the process; %s)"
              .formatted(datatype, shape, capacity, e.getMessage()));
    } finally {
      if (block.isEmpty() && share != null) {
        share.give(capacity);
      }
    }
  }

  /** One thread at a time, so that none is refused for memory which another is just freeing. */
  private synchronized Optional<TensorMemory.Piece> takeByFreeing(long capacity) {
    var piece = take(capacity);
    while (piece.isEmpty() && freeLargestWaiting()) {
      piece = take(capacity);
    }
    return piece;
  }

  /** Memory for a block within the bound; empty if that, or a long enough piece, is not there. */
  private Optional<TensorMemory.Piece> take(long capacity) {
    if (!reserve(capacity)) {
      return Optional.empty();
    }
    var piece = Optional.<TensorMemory.Piece>empty();
    try {
      piece = memory.take(capacity);
    } finally {
      if (piece.isEmpty()) {
        bytesHeld.addAndGet(-capacity);
      }
    }
    return piece;
  }

  /** Counts {@code capacity} as held, unless that would pass the bound. */
  private boolean reserve(long capacity) {
    while (true) {
      var held = bytesHeld.get();
      if (capacity > bytesMax - held) {
        return false;
      }
      if (bytesHeld.compareAndSet(held, held + capacity)) {
        bytesPeak.accumulateAndGet(held + capacity, Math::max);
        return true;
      }
    }
  }

  private void giveBack(TensorBlock block) {
    if (tracing == LeakTracing.ON) {
      traced.remove(block);
    }
    leased.decrementAndGet();
    var share = block.share();
    if (share != null) {
      share.give(block.capacity());
    }
    waiting[classIndex(block.capacity())].push(block);
    // Read after the push: either this sees the close, or the close sees the block.
    if (closed) {
      freeWaiting();
    }
  }

  private void freeWaiting() {
    while (freeLargestWaiting()) {
      continue;
    }
    if (closed && bytesHeld.get() == 0 && memoryClosed.compareAndSet(false, true)) {
      memory.close();
    }
  }

  /** Frees one of the largest waiting blocks; false if none waits. */
  private boolean freeLargestWaiting() {
    for (var index = waiting.length - 1; index >= 0; index--) {
      var block = waiting[index].pop();
      if (block != null) {
        block.free();
        bytesHeld.addAndGet(-block.capacity());
        return true;
      }
    }
    return false;
  }

  /** What a tensor of so many bytes takes of a pool: up to a quarter of a power of two, or 256. */
  public static long sizeClass(long bytes) {
    if (bytes <= SMALLEST_BLOCK) {
      return SMALLEST_BLOCK;
    }
    var quarter = Long.highestOneBit(bytes - 1) >> 2;
    return (bytes + quarter - 1) / quarter * quarter;
  }

  /** Position of a size class among all of them, smallest first. */
  private static int classIndex(long capacity) {
    var exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(capacity);
    var quarters = (int) (capacity >>> (exponent - 2)) & 3;
    return (exponent - SMALLEST_EXPONENT) * 4 + quarters;
  }

  private static List<StackTraceElement> callers(List<StackTraceElement> frames) {
    return frames.stream()
        .dropWhile(frame -> OWN_CLASSES.contains(frame.getClassName()))
        .limit(12)
        .toList();
  }
}
