package dev.weft.fabric.embedded;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Tensor;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Stages for tests: all take FP32[n] {@code x} and give FP32[n] {@code y}. */
public final class TestStages {

  static final Signature SIGNATURE =
      new Signature(
          List.of(TensorSpec.of("x", Datatype.FP32, "n")),
          List.of(TensorSpec.of("y", Datatype.FP32, "n")));

  /** Stages of {@code test/add} and {@code test/gated} open now. */
  static final AtomicInteger OPEN = new AtomicInteger();

  /** Each run of {@code test/gated} takes one permit. */
  static final Semaphore PERMITS = new Semaphore(0);

  /** Each run of {@code test/hang} that hangs gives one permit first. */
  static final Semaphore HANGING = new Semaphore(0);

  private TestStages() {}

  private abstract static class Counted implements Stage {
    private boolean closed;

    Counted() {
      OPEN.incrementAndGet();
    }

    @Override
    public Signature signature() {
      return SIGNATURE;
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        OPEN.decrementAndGet();
      }
    }
  }

  private abstract static class Factory implements StageFactory {
    @Override
    public String summary() {
      return "A stage of a test.";
    }

    @Override
    public List<OptionSpec> options() {
      return List.of();
    }

    @Override
    public Signature signature(Options options) {
      return SIGNATURE;
    }
  }

  /**
   * Adds 1, or 100 as variant {@code two}; refuses to load as {@code broken}, and to run as {@code
   * picky}.
   */
  public static final class AddFactory extends Factory {
    @Override
    public String kind() {
      return "test/add";
    }

    @Override
    public Stage create(StageSetup setup) {
      if (setup.variant().equals("broken")) {
        throw new StageException(ErrorCode.BAD_ARTIFACT, "model is truncated");
      }
      var add = setup.variant().equals("two") ? 100f : 1f;
      return new Counted() {
        @Override
        public List<Tensor> run(RunContext context, List<Tensor> inputs) {
          var values = inputs.getFirst().toFloats();
          if (setup.variant().equals("picky")) {
            throw new StageException(ErrorCode.STAGE_FAILED, "not this one");
          }
          if (values[0] < 0) {
            throw new StageException(
                ErrorCode.INVALID_INPUT, "x: " + values[0] + " (expected: >= 0)");
          }
          for (var i = 0; i < values.length; i++) {
            values[i] += add;
          }
          return List.of(context.tensors().floats(inputs.getFirst().shape(), values));
        }
      };
    }
  }

  private abstract static class Passing extends Counted {
    @Override
    public List<Tensor> run(RunContext context, List<Tensor> inputs) {
      return List.of(inputs.getFirst().retain());
    }
  }

  /** Hands its input on. */
  public static final class PassFactory extends Factory {
    @Override
    public String kind() {
      return "test/pass";
    }

    @Override
    public Stage create(StageSetup setup) {
      return new Passing() {
        @Override
        public boolean endsSoon() {
          return true;
        }
      };
    }
  }

  /** Hands its input on once a test lets it; fails if cancelled meanwhile. */
  public static final class GatedFactory extends Factory {
    @Override
    public String kind() {
      return "test/gated";
    }

    @Override
    public Stage create(StageSetup setup) {
      return new Counted() {
        @Override
        public List<Tensor> run(RunContext context, List<Tensor> inputs) {
          try (var _ = context.cancellation().onCancel(PERMITS::release)) {
            PERMITS.acquireUninterruptibly();
            if (context.cancellation().isCancelled()) {
              throw new StageException(ErrorCode.CANCELLED, "cancelled");
            }
            return List.of(inputs.getFirst().retain());
          }
        }
      };
    }
  }

  /** Does what foreign code may do, as its input says. */
  public static final class RudeFactory extends Factory {
    static final float UNRETAINED = 1;
    static final float INTERRUPTS = 2;
    static final float SNEAKY = 3;

    @Override
    public String kind() {
      return "test/rude";
    }

    @Override
    public Stage create(StageSetup setup) {
      return new Counted() {
        @Override
        public List<Tensor> run(RunContext context, List<Tensor> inputs) {
          var input = inputs.getFirst();
          var wish = input.toFloats()[0];
          if (wish == UNRETAINED) {
            return List.of(input);
          }
          if (wish == INTERRUPTS) {
            Thread.currentThread().interrupt();
          }
          if (wish == SNEAKY) {
            RudeFactory.<RuntimeException>raise(new java.io.IOException("sneaky"));
          }
          return List.of(input.retain());
        }
      };
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void raise(Throwable thrown) throws E {
      throw (E) thrown;
    }
  }

  /**
   * Hands its input on; one that begins below zero only once a test lets it, cancelled or not. As
   * variant {@code two} there is an instance for each loop.
   */
  public static final class HangFactory extends Factory {
    @Override
    public String kind() {
      return "test/hang";
    }

    @Override
    public Stage create(StageSetup setup) {
      var isOwn = setup.variant().equals("two");
      return new Counted() {
        @Override
        public List<Tensor> run(RunContext context, List<Tensor> inputs) {
          if (inputs.getFirst().toFloats()[0] < 0) {
            HANGING.release();
            PERMITS.acquireUninterruptibly();
          }
          return List.of(inputs.getFirst().retain());
        }

        @Override
        public Concurrency concurrency() {
          return isOwn ? Concurrency.PER_REPLICA : Concurrency.SHARED;
        }
      };
    }
  }

  /** Hands its input on; closes only once a test lets it, and tells how many threads close it. */
  public static final class LingerFactory extends Factory {
    static final AtomicInteger CLOSING = new AtomicInteger();
    static final AtomicInteger MOST_CLOSING = new AtomicInteger();

    @Override
    public String kind() {
      return "test/linger";
    }

    @Override
    public Stage create(StageSetup setup) {
      return new Passing() {
        @Override
        public void close() {
          MOST_CLOSING.accumulateAndGet(CLOSING.incrementAndGet(), Math::max);
          HANGING.release();
          PERMITS.acquireUninterruptibly();
          super.close();
          CLOSING.decrementAndGet();
        }
      };
    }
  }
}
