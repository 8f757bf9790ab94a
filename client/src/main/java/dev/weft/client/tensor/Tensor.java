package dev.weft.client.tensor;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Elements of one datatype in a shape, row-major. What it is made of is copied, and so is what it
 * gives; nothing of it changes.
 */
public final class Tensor {

  private final Datatype datatype;
  private final long[] shape;
  private final byte[] data;

  private Tensor(Datatype datatype, long[] shape, byte[] data) {
    this.datatype = datatype;
    this.shape = shape;
    this.data = data;
  }

  /**
   * @throws IllegalArgumentException if the shape is not of as many elements
   */
  public static Tensor floats(float[] values, long... shape) {
    return filled(Datatype.FP32, values.length, shape, data -> data.asFloatBuffer().put(values));
  }

  /** As {@link #floats}, FP64. */
  public static Tensor doubles(double[] values, long... shape) {
    return filled(Datatype.FP64, values.length, shape, data -> data.asDoubleBuffer().put(values));
  }

  /** As {@link #floats}, INT32. */
  public static Tensor ints(int[] values, long... shape) {
    return filled(Datatype.INT32, values.length, shape, data -> data.asIntBuffer().put(values));
  }

  /** As {@link #floats}, INT64. */
  public static Tensor longs(long[] values, long... shape) {
    return filled(Datatype.INT64, values.length, shape, data -> data.asLongBuffer().put(values));
  }

  /** As {@link #floats}, UINT8: the bytes of a picture. */
  public static Tensor unsignedBytes(byte[] values, long... shape) {
    return filled(Datatype.UINT8, values.length, shape, data -> data.put(values));
  }

  /** As {@link #floats}, BYTES: each text in UTF-8. */
  public static Tensor strings(List<String> values, long... shape) {
    return blobs(
        values.stream().map(value -> value.getBytes(StandardCharsets.UTF_8)).toList(), shape);
  }

  /** As {@link #floats}, BYTES. */
  public static Tensor blobs(List<byte[]> values, long... shape) {
    requireElements(values.size(), shape);
    var bytes = 0;
    for (var value : values) {
      bytes = Math.addExact(bytes, Math.addExact(value.length, Integer.BYTES));
    }
    var data = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    values.forEach(value -> data.putInt(value.length).put(value));
    return new Tensor(Datatype.BYTES, shape.clone(), data.array());
  }

  /**
   * A tensor of the bytes that the protocol has for it: little-endian, each element of BYTES behind
   * its length in 4 bytes.
   *
   * @throws IllegalArgumentException if they are not as many as the shape says
   */
  public static Tensor wire(Datatype datatype, byte[] data, long... shape) {
    var tensor = new Tensor(datatype, shape.clone(), data.clone());
    var elements = elements(shape);
    if (datatype == Datatype.BYTES) {
      requireElements(tensor.blobs().size(), shape);
    } else if (data.length != elements * datatype.bytes()) {
      throw new IllegalArgumentException(
          "%s%s: %d bytes (expected: %d)"
              .formatted(
                  datatype, Arrays.toString(shape), data.length, elements * datatype.bytes()));
    }
    return tensor;
  }

  private static Tensor filled(
      Datatype datatype, int count, long[] shape, Consumer<ByteBuffer> fill) {
    requireElements(count, shape);
    var bytes = Math.multiplyExact(count, datatype.bytes());
    var data = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    fill.accept(data);
    return new Tensor(datatype, shape.clone(), data.array());
  }

  private static void requireElements(int count, long[] shape) {
    if (elements(shape) != count) {
      throw new IllegalArgumentException(
          "%d elements (expected: %d for shape %s)"
              .formatted(count, elements(shape), Arrays.toString(shape)));
    }
  }

  private static long elements(long[] shape) {
    var elements = 1L;
    for (var dim : shape) {
      if (dim < 0) {
        throw new IllegalArgumentException(
            "shape: %s (expected: sizes of 0 or more)".formatted(Arrays.toString(shape)));
      }
      elements = Math.multiplyExact(elements, dim);
    }
    return elements;
  }

  public Datatype datatype() {
    return datatype;
  }

  public long[] shape() {
    return shape.clone();
  }

  /** How many elements it has. */
  public long elements() {
    return elements(shape);
  }

  /**
   * The elements as floats; FP16 and BF16 are widened, which is exact.
   *
   * @throws IllegalStateException if the datatype is another
   */
  public float[] floats() {
    require(Datatype.FP32, Datatype.FP16, Datatype.BF16);
    var values = new float[Math.toIntExact(elements())];
    if (datatype == Datatype.FP32) {
      data().asFloatBuffer().get(values);
      return values;
    }
    var halves = data().asShortBuffer();
    for (var i = 0; i < values.length; i++) {
      var half = halves.get(i);
      values[i] =
          datatype == Datatype.FP16
              ? Float.float16ToFloat(half)
              : Float.intBitsToFloat(half << Short.SIZE);
    }
    return values;
  }

  /** As {@link #floats}, of FP64. */
  public double[] doubles() {
    require(Datatype.FP64);
    var values = new double[Math.toIntExact(elements())];
    data().asDoubleBuffer().get(values);
    return values;
  }

  /** As {@link #floats}, of INT32; of UINT32 as the same bits. */
  public int[] ints() {
    require(Datatype.INT32, Datatype.UINT32);
    var values = new int[Math.toIntExact(elements())];
    data().asIntBuffer().get(values);
    return values;
  }

  /** As {@link #floats}, of INT64; of UINT64 as the same bits. */
  public long[] longs() {
    require(Datatype.INT64, Datatype.UINT64);
    var values = new long[Math.toIntExact(elements())];
    data().asLongBuffer().get(values);
    return values;
  }

  /** As {@link #floats}, of BYTES in UTF-8. */
  public List<String> strings() {
    return blobs().stream().map(blob -> new String(blob, StandardCharsets.UTF_8)).toList();
  }

  /** As {@link #floats}, of BYTES. */
  public List<byte[]> blobs() {
    require(Datatype.BYTES);
    var blobs = new ArrayList<byte[]>();
    var left = data();
    try {
      while (left.hasRemaining()) {
        var length = left.getInt();
        if (length < 0 || length > left.remaining()) {
          throw new IllegalArgumentException(
              "element %d: %d bytes (expected: at most the %d there are)"
                  .formatted(blobs.size(), length, left.remaining()));
        }
        var blob = new byte[length];
        left.get(blob);
        blobs.add(blob);
      }
    } catch (BufferUnderflowException e) {
      throw new IllegalArgumentException(
          "element %d: cut off (expected: a length in 4 bytes)".formatted(blobs.size()), e);
    }
    return blobs;
  }

  /** The bytes that the protocol has for it, as {@link #wire} takes them. */
  public byte[] wire() {
    return data.clone();
  }

  /** What {@link #wire} gives, to be read only. */
  public ByteBuffer data() {
    return ByteBuffer.wrap(data).asReadOnlyBuffer().order(ByteOrder.LITTLE_ENDIAN);
  }

  private void require(Datatype... fitting) {
    if (!List.of(fitting).contains(datatype)) {
      throw new IllegalStateException(
          "datatype: %s (expected: one of %s)".formatted(datatype, List.of(fitting)));
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor that
        && datatype == that.datatype
        && Arrays.equals(shape, that.shape)
        && Arrays.equals(data, that.data);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(shape) + Arrays.hashCode(data);
  }

  /** For example {@code FP32[1, 4]}. */
  @Override
  public String toString() {
    return datatype + Arrays.toString(shape);
  }
}
