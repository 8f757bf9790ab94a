package dev.weft.stages.process;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Where one tensor lies in a region both processes see.
 *
 * @param lease of an output the number by which it is given back; or, if negative, {@code -1 - i}
 *     for the input at {@code i} handed on
 * @param offset from the start of the region, in bytes
 * @param bytes size of the content
 */
record Placement(int lease, Datatype datatype, Shape shape, long offset, long bytes) {

  private static final Datatype[] DATATYPES = Datatype.values();

  /** Of every tensor, in bytes; the region starts at a multiple of it. */
  private static final int ALIGNMENT = 64;

  private static final int FIXED_FIELDS = 5;
  private static final int RANK_MAX = 32;

  static Placement of(int lease, Tensor tensor, MemorySegment region) {
    return new Placement(
        lease,
        tensor.datatype(),
        tensor.shape(),
        tensor.segment().address() - region.address(),
        tensor.byteSize());
  }

  /** Whether {@code tensor} lies in {@code region} and so needs no copy to be seen through it. */
  static boolean isInside(Tensor tensor, MemorySegment region) {
    var offset = tensor.segment().address() - region.address();
    return offset >= 0 && offset <= region.byteSize() - tensor.byteSize();
  }

  /** Which input is handed on; -1 if it is none. */
  int input() {
    return lease < 0 ? -1 - lease : -1;
  }

  /**
   * The content, in {@code region}.
   *
   * @throws IllegalArgumentException if it does not lie there or is not of the size it must be
   */
  Tensor tensor(MemorySegment region, Runnable returned) {
    if (offset < 0
        || bytes < 0
        || bytes > region.byteSize()
        || offset > region.byteSize() - bytes) {
      throw new IllegalArgumentException(
          "tensor %s%s: %d bytes at %d (expected: within %d bytes)"
              .formatted(datatype, shape, bytes, offset, region.byteSize()));
    }
    if (offset % ALIGNMENT != 0) {
      throw new IllegalArgumentException(
          "tensor %s%s: at %d (expected: a multiple of %d)"
              .formatted(datatype, shape, offset, ALIGNMENT));
    }
    return Tensor.over(region.asSlice(offset, bytes), datatype, shape, returned);
  }

  static long bytes(List<Placement> tensors) {
    var fields = 1L;
    for (var tensor : tensors) {
      fields += FIXED_FIELDS + tensor.shape.rank();
    }
    return fields * Long.BYTES;
  }

  /** Writes {@code tensors} to {@code target}, which has room for them. */
  static void write(List<Placement> tensors, MemorySegment target) {
    var at = 0L;
    target.setAtIndex(ValueLayout.JAVA_LONG, at++, tensors.size());
    for (var tensor : tensors) {
      target.setAtIndex(ValueLayout.JAVA_LONG, at++, tensor.lease);
      target.setAtIndex(ValueLayout.JAVA_LONG, at++, tensor.datatype.ordinal());
      target.setAtIndex(ValueLayout.JAVA_LONG, at++, tensor.offset);
      target.setAtIndex(ValueLayout.JAVA_LONG, at++, tensor.bytes);
      target.setAtIndex(ValueLayout.JAVA_LONG, at++, tensor.shape.rank());
      for (var axis = 0; axis < tensor.shape.rank(); axis++) {
        target.setAtIndex(ValueLayout.JAVA_LONG, at++, tensor.shape.dim(axis));
      }
    }
  }

  /**
   * Reads what {@link #write} wrote, looking at every word once: another process may change them.
   *
   * @throws IllegalArgumentException if that is not what stands there
   */
  static List<Placement> read(MemorySegment source) {
    var fields = source.byteSize() / Long.BYTES;
    var count = within(source.getAtIndex(ValueLayout.JAVA_LONG, 0), 0, fields / FIXED_FIELDS);
    var tensors = new ArrayList<Placement>((int) count);
    var at = 1L;
    for (var i = 0; i < count; i++) {
      if (fields - at < FIXED_FIELDS) {
        throw new IllegalArgumentException("tensor %d: cut short".formatted(i));
      }
      var lease = source.getAtIndex(ValueLayout.JAVA_LONG, at++);
      var datatype = source.getAtIndex(ValueLayout.JAVA_LONG, at++);
      var offset = source.getAtIndex(ValueLayout.JAVA_LONG, at++);
      var bytes = source.getAtIndex(ValueLayout.JAVA_LONG, at++);
      var rank = source.getAtIndex(ValueLayout.JAVA_LONG, at++);
      var dims = new long[(int) within(rank, 0, Math.min(RANK_MAX, fields - at))];
      for (var axis = 0; axis < dims.length; axis++) {
        dims[axis] = source.getAtIndex(ValueLayout.JAVA_LONG, at++);
      }
      tensors.add(
          new Placement(
              (int) within(lease, -fields, Channel.LEASES - 1),
              DATATYPES[(int) within(datatype, 0, DATATYPES.length - 1)],
              Shape.of(dims),
              offset,
              bytes));
    }
    return tensors;
  }

  private static long within(long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "field: %d (expected: %d to %d)".formatted(value, min, max));
    }
    return value;
  }
}
