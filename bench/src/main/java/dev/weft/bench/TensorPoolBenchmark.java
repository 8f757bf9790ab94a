package dev.weft.bench;

import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.TensorPool;
import dev.weft.stages.tensor.TensorPool.LeakTracing;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Leases of off-heap memory. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TensorPoolBenchmark {

  private final TensorPool pool = new TensorPool(1 << 24, LeakTracing.OFF);
  private final Shape shape = Shape.of(1, 18, 384);

  /** One tensor lent and given back. */
  @Benchmark
  public long leaseAndReturn() {
    try (var tensor = pool.allocate(Datatype.FP32, shape)) {
      return tensor.byteSize();
    }
  }

  @TearDown
  public void close() {
    pool.close();
  }
}
