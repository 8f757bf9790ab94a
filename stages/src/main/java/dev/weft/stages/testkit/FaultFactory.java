package dev.weft.stages.testkit;

import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Shape;
import dev.weft.stages.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Makes stages of kind {@code test/fault}: {@code x} FP32[n] comes out as {@code y}, doubled,
 * unless its first value is that of a {@link Fault}. A process that is to run it names this class
 * in its {@code META-INF/services}; Weft itself does not.
 */
public final class FaultFactory implements StageFactory {

  public static final String KIND = "test/fault";

  public static final Signature SIGNATURE =
      new Signature(
          List.of(TensorSpec.of("x", Datatype.FP32, "n")),
          List.of(TensorSpec.of("y", Datatype.FP32, "n")));

  private static final int HEAP_LONGS = Integer.MAX_VALUE - 8;

  /** What goes wrong when {@code x} begins with {@link #value()}. */
  public enum Fault {
    /** Writes to address 0: the process gets SIGSEGV. */
    CRASH,
    /** Ends the process with exit code 7. */
    EXIT,
    /** Never comes back. */
    HANG,
    /** Comes back when cancelled, by throwing. */
    HANG_UNTIL_CANCELLED,
    THROW,
    /** Answers with not-a-number. */
    NAN,
    /** Answers with a shape the signature does not allow. */
    WRONG_SHAPE,
    /** Takes Java heap until there is none. */
    HEAP;

    public float value() {
      return -1 - ordinal();
    }
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public String summary() {
    return "Fails as it is told, for tests.";
  }

  @Override
  public List<OptionSpec> options() {
    return List.of();
  }

  @Override
  public Signature signature(Options options) {
    return SIGNATURE;
  }

  @Override
  public Stage create(StageSetup setup) {
    return new FaultStage();
  }

  private static final class FaultStage implements Stage {

    @Override
    public Signature signature() {
      return SIGNATURE;
    }

    @Override
    public List<Tensor> run(RunContext context, List<Tensor> inputs) {
      var values = inputs.getFirst().toFloats();
      var fault = -1 - (int) values[0];
      if (fault >= 0 && fault < Fault.values().length) {
        return fail(Fault.values()[fault], context, values.length);
      }
      for (var i = 0; i < values.length; i++) {
        values[i] *= 2;
      }
      return List.of(context.tensors().floats(Shape.of(values.length), values));
    }

    private static List<Tensor> fail(Fault fault, RunContext context, int length) {
      switch (fault) {
        case CRASH -> MemorySegment.ofAddress(0).reinterpret(8).set(ValueLayout.JAVA_LONG, 0, 1);
        case EXIT -> Runtime.getRuntime().halt(7);
        case HANG -> await(new CountDownLatch(1));
        case HANG_UNTIL_CANCELLED -> {
          var cancelled = new CountDownLatch(1);
          try (var _ = context.cancellation().onCancel(cancelled::countDown)) {
            await(cancelled);
          }
          throw new IllegalStateException("cancelled while it ran");
        }
        case THROW -> throw new IllegalStateException("thrown as asked");
        case NAN -> {
          var output = context.tensors().allocate(Datatype.FP32, Shape.of(length));
          output.segment().fill((byte) -1);
          return List.of(output);
        }
        case WRONG_SHAPE -> {
          return List.of(context.tensors().floats(Shape.of(1, 1), 0));
        }
        case HEAP -> throw new IllegalStateException("heap: " + new long[HEAP_LONGS].length);
      }
      throw new AssertionError(fault + " came back");
    }

    private static void await(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted", e);
      }
    }

    @Override
    public void close() {}
  }
}
