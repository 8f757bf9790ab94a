package dev.weft.stages.tensor;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A typed, shaped array in off-heap memory, row-major and little-endian, held by lease.
 *
 * <p>A tensor starts with one lease, its allocator's caller's. {@link #retain()} adds one, {@link
 * #close()} ends one, and the last close gives the memory back. Reading or writing after that is an
 * {@link IllegalStateException}. A tensor is written by whoever allocated it and never changed once
 * it has been handed on, so readers on any thread need no lock.
 */
public final class Tensor implements AutoCloseable {

  private final Datatype datatype;
  private final Shape shape;
  private final TensorBlock block;
  private final long offset;
  private final long bytes;
  private final int generation;

  Tensor(Datatype datatype, Shape shape, TensorBlock block, long bytes, int generation) {
    this(datatype, shape, block, 0, bytes, generation);
  }

  private Tensor(
      Datatype datatype, Shape shape, TensorBlock block, long offset, long bytes, int generation) {
    this.datatype = datatype;
    this.shape = shape;
    this.block = block;
    this.offset = offset;
    this.bytes = bytes;
    this.generation = generation;
  }

  /**
   * A tensor over memory that its owner keeps in place until {@code returned} is run: once, when
   * the last lease ends, on the thread that ends it.
   *
   * @param content starts at a multiple of 64
   * @throws IllegalArgumentException if content, datatype and shape do not fit together
   */
  public static Tensor over(
      MemorySegment content, Datatype datatype, Shape shape, Runnable returned) {
    var bytes = content.byteSize();
    if (content.address() % TensorPool.ALIGNMENT != 0) {
      throw new IllegalArgumentException(
          "tensor at %d (expected: a multiple of %d)"
              .formatted(content.address(), TensorPool.ALIGNMENT));
    }
    if (datatype.isFixedSize() && bytes != TensorPool.byteSize(datatype, shape)) {
      throw new IllegalArgumentException(
          "tensor %s%s: %d bytes (expected: %d)"
              .formatted(datatype, shape, bytes, TensorPool.byteSize(datatype, shape)));
    }
    var piece = new TensorMemory.Piece(content, returned);
    var block = new TensorBlock(TensorBlock::free, piece);
    return new Tensor(datatype, shape, block, bytes, block.lease(null, null));
  }

  public Datatype datatype() {
    return datatype;
  }

  public Shape shape() {
    return shape;
  }

  /** Size of the content in bytes. */
  public long byteSize() {
    return bytes;
  }

  /** The content. The segment must not be used after the lease it was taken under has ended. */
  public MemorySegment segment() {
    block.checkLeased(generation);
    return block.segment().asSlice(offset, bytes);
  }

  /**
   * The content as a direct, little-endian buffer; same rule as {@link #segment()}.
   *
   * @throws IllegalArgumentException for a tensor of 2 GB or more
   */
  public ByteBuffer buffer() {
    block.checkLeased(generation);
    if (offset + bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "tensor %s: %d bytes (expected: < 2 GB for a buffer)".formatted(this, bytes));
    }
    return block.buffer().slice((int) offset, (int) bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Adds a lease and returns this tensor; pair it with one {@link #close()}. */
  public Tensor retain() {
    block.retain(generation);
    return this;
  }

  /**
   * The same memory under another shape, with a lease of its own.
   *
   * @throws IllegalArgumentException if the number of elements differs
   */
  public Tensor reshape(Shape other) {
    if (other.elements() != shape.elements()) {
      throw new IllegalArgumentException(
          "shape: %s (expected: %d elements as in %s)".formatted(other, shape.elements(), shape));
    }
    block.retain(generation);
    return new Tensor(datatype, other, block, offset, bytes, generation);
  }

  /**
   * {@code count} rows along the first axis as a tensor over the same memory, with a lease of its
   * own.
   *
   * @throws IllegalArgumentException for a scalar, for {@link Datatype#BYTES}, and for rows that
   *     are not there
   */
  public Tensor rows(long from, long count) {
    if (shape.rank() == 0 || !datatype.isFixedSize()) {
      throw new IllegalArgumentException(
          "tensor: %s (expected: fixed-size elements and a first axis)".formatted(this));
    }
    if (from < 0 || count < 0 || count > shape.dim(0) - from) {
      throw new IllegalArgumentException(
          "rows: %d from %d (expected: within the %d of %s)"
              .formatted(count, from, shape.dim(0), this));
    }
    var rowBytes = shape.dim(0) == 0 ? 0 : bytes / shape.dim(0);
    block.retain(generation);
    return new Tensor(
        datatype,
        shape.withFirst(count),
        block,
        offset + from * rowBytes,
        count * rowBytes,
        generation);
  }

  /** Ends one lease. */
  @Override
  public void close() {
    block.release(generation);
  }

  /** Whether {@code other} looks at the same memory. */
  public boolean sharesMemoryWith(Tensor other) {
    return block == other.block;
  }

  /** A copy on the heap. */
  public float[] toFloats() {
    require(Datatype.FP32);
    return segment().toArray(ValueLayout.JAVA_FLOAT);
  }

  /** A copy on the heap. */
  public long[] toLongs() {
    require(Datatype.INT64);
    return segment().toArray(ValueLayout.JAVA_LONG);
  }

  /** A copy of a {@link Datatype#BYTES} tensor's elements on the heap. */
  public List<byte[]> toByteStrings() {
    require(Datatype.BYTES);
    return ByteStrings.read(segment(), shape.elements());
  }

  /** The elements of a {@link Datatype#BYTES} tensor, decoded as UTF-8. */
  public List<String> toStrings() {
    return toByteStrings().stream()
        .map(element -> new String(element, StandardCharsets.UTF_8))
        .toList();
  }

  public void copyFromFloats(float... values) {
    require(Datatype.FP32);
    requireElements(values.length);
    MemorySegment.copy(values, 0, segment(), ValueLayout.JAVA_FLOAT, 0, values.length);
  }

  public void copyFromLongs(long... values) {
    require(Datatype.INT64);
    requireElements(values.length);
    MemorySegment.copy(values, 0, segment(), ValueLayout.JAVA_LONG, 0, values.length);
  }

  private void require(Datatype expected) {
    if (datatype != expected) {
      throw new IllegalArgumentException(
          "datatype: %s (expected: %s)".formatted(datatype, expected));
    }
  }

  private void requireElements(int count) {
    if (count != shape.elements()) {
      throw new IllegalArgumentException(
          "values: %d (expected: %d for shape %s)".formatted(count, shape.elements(), shape));
    }
  }

  /** For example {@code FP32[1, 384]}. */
  @Override
  public String toString() {
    return datatype + shape.toString();
  }
}
