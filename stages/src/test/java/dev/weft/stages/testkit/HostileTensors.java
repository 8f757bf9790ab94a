package dev.weft.stages.testkit;

import dev.weft.stages.spi.Dim;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Random tensors of the datatype and rank a spec asks for, with odd sizes and values. */
final class HostileTensors {

  private static final BigInteger ELEMENTS_MAX = BigInteger.valueOf(1 << 14);
  private static final long[] SIZES = {0, 1, 1, 1, 2, 2, 3, 4, 5, 7, 16, 33, 100, 4_000};
  private static final long[] HUGE_SIZES = {
    1 << 20, 1 << 28, 1 << 30, Integer.MAX_VALUE, 1L << 31, 3_000_000_000L, 1L << 40
  };
  private static final float[] FLOATS = {
    0,
    -0f,
    1,
    -1,
    0.5f,
    1e-6f,
    1e6f,
    100,
    255,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.MIN_VALUE,
    Float.NaN,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY
  };
  private static final long[] LONGS = {
    0,
    1,
    2,
    3,
    16,
    -1,
    1_000,
    8_000,
    16_000,
    44_100,
    767_999,
    Integer.MAX_VALUE,
    1L << 32,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private final Random random;
  private final List<byte[]> elements;

  /**
   * @param elements BYTES elements a stage may know, such as whole files and labels
   */
  HostileTensors(Random random, List<byte[]> elements) {
    this.random = random;
    this.elements = elements;
  }

  /** One list of inputs; named dimensions mostly agree. */
  List<Tensor> inputs(List<TensorSpec> specs, TensorPool pool) {
    var shapes = shapes(specs);
    var tensors = new ArrayList<Tensor>();
    for (var i = 0; i < specs.size(); i++) {
      tensors.add(tensor(specs.get(i).datatype(), shapes.get(i), pool));
    }
    return tensors;
  }

  private List<Shape> shapes(List<TensorSpec> specs) {
    while (true) {
      var sizes = new HashMap<String, Long>();
      var shapes = new ArrayList<Shape>();
      for (var spec : specs) {
        shape(spec, sizes).ifPresent(shapes::add);
      }
      if (shapes.size() == specs.size()) {
        return shapes;
      }
    }
  }

  /** Empty if it has too many elements. */
  private Optional<Shape> shape(TensorSpec spec, Map<String, Long> sizes) {
    var dims = spec.shape().stream().mapToLong(dim -> size(dim, sizes)).toArray();
    var elements = Arrays.stream(dims).mapToObj(BigInteger::valueOf).reduce(BigInteger::multiply);
    var sides = Arrays.stream(dims).filter(dim -> dim > 0).mapToDouble(dim -> dim);
    return elements.orElse(BigInteger.ONE).compareTo(ELEMENTS_MAX) <= 0
            && sides.reduce(1, (a, b) -> a * b) < Long.MAX_VALUE
        ? Optional.of(Shape.of(dims))
        : Optional.empty();
  }

  private long size(Dim dim, Map<String, Long> sizes) {
    return switch (dim) {
      case Dim.Fixed(var size) -> size;
      case Dim.Any _ -> size();
      case Dim.Named(var name) -> sizes.computeIfAbsent(name, _ -> size());
    };
  }

  private long size() {
    var sizes = random.nextInt(6) == 0 ? HUGE_SIZES : SIZES;
    return sizes[random.nextInt(sizes.length)];
  }

  private Tensor tensor(Datatype datatype, Shape shape, TensorPool pool) {
    if (datatype == Datatype.BYTES) {
      return random.nextInt(8) == 0 ? rawBytes(shape, pool) : byteStrings(shape, pool);
    }
    var tensor = pool.allocate(datatype, shape);
    var data = tensor.segment();
    var mood = random.nextInt(3);
    for (var i = 0L; i < shape.elements(); i++) {
      switch (datatype) {
        case FP32 -> data.setAtIndex(ValueLayout.JAVA_FLOAT, i, number(mood));
        case INT64 -> data.setAtIndex(ValueLayout.JAVA_LONG, i, whole(mood));
        case UINT8 -> data.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt());
        default ->
            throw new AssertionError("datatype: %s (expected: one made here)".formatted(datatype));
      }
    }
    return tensor;
  }

  private float number(int mood) {
    return switch (mood) {
      case 0 -> random.nextFloat();
      case 1 -> random.nextFloat() * 200 - 50;
      default -> random.nextInt(8) > 0 ? 1 : FLOATS[random.nextInt(FLOATS.length)];
    };
  }

  private long whole(int mood) {
    return switch (mood) {
      case 0 -> random.nextInt(2);
      case 1 -> random.nextInt(48_000);
      default -> LONGS[random.nextInt(LONGS.length)];
    };
  }

  private Tensor byteStrings(Shape shape, TensorPool pool) {
    var values = new ArrayList<byte[]>();
    for (var i = 0L; i < shape.elements(); i++) {
      values.add(element());
    }
    return pool.bytes(shape, values);
  }

  private byte[] element() {
    if (!elements.isEmpty() && random.nextInt(4) > 0) {
      return elements.get(random.nextInt(elements.size()));
    }
    var bytes = new byte[random.nextInt(12)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** A BYTES tensor whose lengths need not add up. */
  private Tensor rawBytes(Shape shape, TensorPool pool) {
    var bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    var tensor = pool.allocateBytes(shape, bytes.length);
    tensor.segment().copyFrom(MemorySegment.ofArray(bytes));
    return tensor;
  }
}
