package dev.weft.stages.image;

import dev.weft.stages.spi.Cancellation;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.ShapeCheck;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorPool;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A pool, and stages run from it; closing fails if the stages leaked a tensor. */
public final class StageRun implements RunContext, AutoCloseable {

  private final TensorPool pool = new TensorPool(1L << 30, TensorPool.LeakTracing.ON);
  private final List<Tensor> lent = new ArrayList<>();

  public static StageSetup setup(
      StageFactory factory, Map<String, Object> given, Map<String, Path> files, TensorPool pool) {
    var options = Options.of(factory.options(), given);
    var signature = factory.signature(options);
    return new StageSetup("test", "only", signature, options, Optional.empty(), files, pool);
  }

  public static Stage stage(StageFactory factory, Map<String, Object> given) {
    return stage(factory, given, Map.of());
  }

  public static Stage stage(
      StageFactory factory, Map<String, Object> given, Map<String, Path> files) {
    return factory.create(
        setup(factory, given, files, new TensorPool(1 << 20, TensorPool.LeakTracing.OFF)));
  }

  /** Runs {@code stage}, checks its outputs' shapes, and closes all with this. */
  public List<Tensor> run(Stage stage, Tensor... inputs) {
    var check = new ShapeCheck();
    require(check.problem(stage.signature().inputs(), List.of(inputs)));
    var outputs = stage.run(this, List.of(inputs));
    lent.addAll(outputs);
    require(check.problem(stage.signature().outputs(), outputs));
    return outputs;
  }

  public Tensor floats(Shape shape, float... values) {
    return lend(pool.floats(shape, values));
  }

  public Tensor longs(long... values) {
    return lend(pool.longs(Shape.of(values.length), values));
  }

  public Tensor encoded(byte[] content) {
    return lend(pool.bytes(Shape.of(1), List.of(content)));
  }

  public Tensor strings(String... values) {
    return lend(pool.strings(List.of(values)));
  }

  public Tensor byteStrings(List<byte[]> elements) {
    return lend(pool.bytes(Shape.of(elements.size()), elements));
  }

  /** UINT8 content; each value 0 to 255. */
  public Tensor bytes(Shape shape, int... values) {
    var tensor = lend(pool.allocate(Datatype.UINT8, shape));
    for (var i = 0; i < values.length; i++) {
      tensor.segment().set(ValueLayout.JAVA_BYTE, i, (byte) values[i]);
    }
    return tensor;
  }

  public Tensor bytes(Shape shape, byte[] values) {
    var tensor = lend(pool.allocate(Datatype.UINT8, shape));
    MemorySegment.copy(values, 0, tensor.segment(), ValueLayout.JAVA_BYTE, 0, values.length);
    return tensor;
  }

  public static int[] samples(Tensor tensor) {
    var bytes = tensor.segment().toArray(ValueLayout.JAVA_BYTE);
    var samples = new int[bytes.length];
    for (var i = 0; i < bytes.length; i++) {
      samples[i] = bytes[i] & 0xff;
    }
    return samples;
  }

  public long leased() {
    return pool.leased();
  }

  private Tensor lend(Tensor tensor) {
    lent.add(tensor);
    return tensor;
  }

  private static void require(Optional<String> problem) {
    problem.ifPresent(
        text -> {
          throw new AssertionError(text);
        });
  }

  @Override
  public TensorAllocator tensors() {
    return pool;
  }

  @Override
  public Cancellation cancellation() {
    return Cancellation.NEVER;
  }

  @Override
  public Instant admittedAt() {
    return Instant.EPOCH;
  }

  @Override
  public long seed() {
    return 0;
  }

  @Override
  public void close() {
    lent.forEach(Tensor::close);
    pool.close();
  }
}
