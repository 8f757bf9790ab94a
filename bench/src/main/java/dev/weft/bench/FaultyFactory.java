package dev.weft.bench;

import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A stage that goes wrong as its input says: what a soak injects. */
public final class FaultyFactory implements StageFactory {

  static final String KIND = "bench/faulty";

  private static final long SLOW_NANOS = 40_000_000;
  private static final long HANG_NANOS = 2_500_000_000L;

  /** What goes wrong when {@code x} begins with {@link #value()}. */
  enum Fault {
    NONE,
    THROW,
    NAN,
    WRONG_SHAPE,
    /** Takes 40 ms and heeds no cancellation. */
    SLOW,
    /** Takes 2.5 s and heeds no cancellation: longer than any budget a soak gives. */
    HANG,
    /** Writes to address 0, which ends the process. */
    CRASH;

    float value() {
      return ordinal();
    }
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public String summary() {
    return "Goes wrong as it is told; for the soak.";
  }

  @Override
  public List<OptionSpec> options() {
    return List.of();
  }

  @Override
  public Signature signature(Options options) {
    return PassFactory.SIGNATURE;
  }

  @Override
  public Stage create(StageSetup setup) {
    return new Faulty();
  }

  private static final class Faulty implements Stage {
    @Override
    public Signature signature() {
      return PassFactory.SIGNATURE;
    }

    @Override
    public List<Tensor> run(RunContext context, List<Tensor> inputs) {
      var input = inputs.getFirst();
      var fault = Fault.values()[(int) input.segment().get(ValueLayout.JAVA_FLOAT, 0)];
      switch (fault) {
        case NONE -> {}
        case THROW -> throw new IllegalStateException("thrown as told");
        case NAN -> {
          return List.of(context.tensors().floats(Shape.of(1), Float.NaN));
        }
        case WRONG_SHAPE -> {
          return List.of(context.tensors().floats(Shape.of(1, 1), 0));
        }
        case SLOW -> last(SLOW_NANOS);
        case HANG -> last(HANG_NANOS);
        case CRASH -> MemorySegment.ofAddress(0).reinterpret(8).set(ValueLayout.JAVA_LONG, 0, 1);
      }
      return List.of(input.retain());
    }

    private static void last(long nanos) {
      var until = System.nanoTime() + nanos;
      for (var left = nanos; left > 0; left = until - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
    }

    @Override
    public void close() {}
  }
}
