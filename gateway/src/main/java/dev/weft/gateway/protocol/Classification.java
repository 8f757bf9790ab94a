package dev.weft.gateway.protocol;

import static dev.weft.gateway.protocol.ProtocolException.invalid;
import static dev.weft.gateway.protocol.ProtocolException.tooLarge;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorMemoryException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The largest values of a tensor along its last dimension, each as the text {@code value:index},
 * the largest first and of equal ones the one with the lower index; NaN is below all numbers.
 * Source: "Classification Extension", docs/protocol of the Triton Inference Server.
 */
public final class Classification {

  /** Most texts of one output, which are held on the heap while they are written. */
  static final int TEXTS_MAX = 1 << 16;

  private final Tensor tensor;
  private final MemorySegment data;
  private final int columns;
  private final int kept;

  private Classification(Tensor tensor, int columns, int kept) {
    this.tensor = tensor;
    this.data = tensor.segment();
    this.columns = columns;
    this.kept = kept;
  }

  /** One value by where it stands in the order of its type. */
  private record Ranked(long rank, int index) {
    private static final Comparator<Ranked> WORST_FIRST =
        Comparator.comparingLong(Ranked::rank)
            .thenComparing(Comparator.comparingInt(Ranked::index).reversed());
  }

  /** Whether values of this type can be classified. */
  public static boolean takes(Datatype datatype) {
    return switch (datatype) {
      case BOOL, BYTES -> false;
      case UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64 -> true;
      case FP16, BF16, FP32, FP64 -> true;
    };
  }

  /**
   * Classifies an output.
   *
   * @param output its name
   * @param tensor of a datatype that this {@link #takes}; its last dimension has the classes
   * @param classes how many are wanted; where there are fewer, all are given
   * @return BYTES of the tensor's shape with its last dimension cut to {@code classes}, on lease to
   *     the caller
   * @throws ProtocolException if it is a scalar, or there would be more than {@value #TEXTS_MAX}
   *     texts, or no memory for them
   */
  public static Tensor of(String output, Tensor tensor, int classes, TensorAllocator tensors) {
    var dims = tensor.shape().toArray();
    if (dims.length == 0) {
      throw invalid(
          "output '%s': classification of a scalar (expected: a dimension with the classes)",
          output);
    }
    var last = dims.length - 1;
    var columns = Math.toIntExact(dims[last]);
    var kept = Math.min(classes, columns);
    var rows = columns == 0 ? 0 : tensor.shape().elements() / columns;
    if (rows * kept > TEXTS_MAX) {
      throw tooLarge(
          "output '%s': classification of %d rows into %d classes each (expected: <= %d in all)",
          output, rows, kept, TEXTS_MAX);
    }
    dims[last] = kept;
    try {
      return tensors.bytes(Shape.of(dims), new Classification(tensor, columns, kept).texts(rows));
    } catch (TensorMemoryException e) {
      throw new ProtocolException(Fault.NO_MEMORY, String.valueOf(e.getMessage()), e);
    }
  }

  private List<byte[]> texts(long rows) {
    var texts = new ArrayList<byte[]>();
    for (var row = 0L; row < rows; row++) {
      for (var ranked : largest(row * columns)) {
        var text = value(row * columns + ranked.index) + ":" + ranked.index;
        texts.add(text.getBytes(StandardCharsets.US_ASCII));
      }
    }
    return texts;
  }

  /** Those of the row that begins at element {@code from}. */
  private List<Ranked> largest(long from) {
    var found = new PriorityQueue<Ranked>(kept, Ranked.WORST_FIRST);
    var worst = Long.MIN_VALUE;
    for (var index = 0; index < columns; index++) {
      var rank = rank(from + index);
      if (found.size() == kept) {
        if (rank <= worst) {
          continue;
        }
        found.remove();
      }
      found.add(new Ranked(rank, index));
      worst = found.element().rank;
    }
    return found.stream().sorted(Ranked.WORST_FIRST.reversed()).toList();
  }

  /** A number for the element at {@code i} that is larger where its value is. */
  private long rank(long i) {
    return switch (tensor.datatype()) {
      case UINT64 -> whole(i) ^ Long.MIN_VALUE;
      case FP16, BF16, FP32 -> rank((double) single(i));
      case FP64 -> rank(data.getAtIndex(ValueLayout.JAVA_DOUBLE, i));
      case UINT8, UINT16, UINT32, INT8, INT16, INT32, INT64, BOOL, BYTES -> whole(i);
    };
  }

  private static long rank(double value) {
    if (Double.isNaN(value)) {
      return Long.MIN_VALUE;
    }
    var bits = Double.doubleToRawLongBits(value + 0.0); // Both zeros are the same then.
    return bits ^ ((bits >> (Long.SIZE - 1)) & Long.MAX_VALUE);
  }

  /** As short as it can be and still be read back as the same number. */
  private String value(long i) {
    return switch (tensor.datatype()) {
      case UINT64 -> Long.toUnsignedString(whole(i));
      case FP16, BF16, FP32 -> Float.toString(single(i));
      case FP64 -> Double.toString(data.getAtIndex(ValueLayout.JAVA_DOUBLE, i));
      case UINT8, UINT16, UINT32, INT8, INT16, INT32, INT64, BOOL, BYTES -> Long.toString(whole(i));
    };
  }

  private float single(long i) {
    return switch (tensor.datatype()) {
      case FP16 -> Float.float16ToFloat(data.getAtIndex(ValueLayout.JAVA_SHORT, i));
      case BF16 -> Float.intBitsToFloat(data.getAtIndex(ValueLayout.JAVA_SHORT, i) << Short.SIZE);
      default -> data.getAtIndex(ValueLayout.JAVA_FLOAT, i);
    };
  }

  private long whole(long i) {
    return switch (tensor.datatype()) {
      case UINT8 -> data.get(ValueLayout.JAVA_BYTE, i) & 0xFF;
      case INT8 -> data.get(ValueLayout.JAVA_BYTE, i);
      case UINT16 -> data.getAtIndex(ValueLayout.JAVA_SHORT, i) & 0xFFFF;
      case INT16 -> data.getAtIndex(ValueLayout.JAVA_SHORT, i);
      case UINT32 -> data.getAtIndex(ValueLayout.JAVA_INT, i) & 0xFFFF_FFFFL;
      case INT32 -> data.getAtIndex(ValueLayout.JAVA_INT, i);
      case UINT64, INT64 -> data.getAtIndex(ValueLayout.JAVA_LONG, i);
      case BOOL, FP16, BF16, FP32, FP64, BYTES ->
          throw new AssertionError(tensor.datatype() + " is no whole number");
    };
  }
}
