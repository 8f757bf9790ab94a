package dev.weft.gateway.http;

import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import dev.weft.stages.spi.TensorSpec;
import dev.weft.stages.tensor.Datatype;
import dev.weft.stages.tensor.Tensor;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Makes stages that hand {@code x} on as {@code y} once a test permits it, or when cancelled. */
public final class HeldFactory implements StageFactory {

  /** One for each run that may end. */
  public static final Semaphore PERMITS = new Semaphore(0);

  /** One for each run that has begun. */
  public static final Semaphore BEGUN = new Semaphore(0);

  private static final Signature SIGNATURE =
      new Signature(
          List.of(TensorSpec.of("x", Datatype.FP32, "n")),
          List.of(TensorSpec.of("y", Datatype.FP32, "n")));

  @Override
  public String kind() {
    return "test/held";
  }

  @Override
  public String summary() {
    return "Waits for a test.";
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
    return new Held();
  }

  private static final class Held implements Stage {
    @Override
    public Signature signature() {
      return SIGNATURE;
    }

    @Override
    public List<Tensor> run(RunContext context, List<Tensor> inputs) {
      BEGUN.release();
      try (var _ = context.cancellation().onCancel(PERMITS::release)) {
        PERMITS.acquire();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
      return List.of(inputs.getFirst().retain());
    }

    @Override
    public void close() {}
  }
}
