package dev.weft.supervisor.node;

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
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Scores of four classes that follow from one number; each variant has a way of its own. */
public final class ScoreFactory implements StageFactory {

  private static final Signature SIGNATURE =
      new Signature(
          List.of(TensorSpec.of("x", Datatype.FP32, "n")),
          List.of(TensorSpec.of("scores", Datatype.FP32, "n", "4")));

  private static final int ROUNDS = 2_000;

  @Override
  public String kind() {
    return "test/score";
  }

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

  @Override
  public Stage create(StageSetup setup) {
    if (setup.variant().equals("unloadable")) {
      throw new StageException(ErrorCode.BAD_ARTIFACT, "model is truncated");
    }
    return new Scores(setup.variant());
  }

  private record Scores(String variant) implements Stage {

    @Override
    public Signature signature() {
      return SIGNATURE;
    }

    @Override
    public List<Tensor> run(RunContext context, List<Tensor> inputs) {
      var x = inputs.getFirst().toFloats();
      if (variant.equals("crashing") && x[0] > 0.9) {
        MemorySegment.ofAddress(0).reinterpret(8).set(ValueLayout.JAVA_LONG, 0, 1);
      }
      if (variant.equals("late")) {
        dawdle(context);
      }
      if (variant.equals("throwing")) {
        throw new StageException(ErrorCode.STAGE_FAILED, "no");
      }
      var scores = new float[x.length * 4];
      for (var i = 0; i < x.length; i++) {
        for (var c = 0; c < 4; c++) {
          scores[4 * i + c] = score(x[i], c);
        }
      }
      return List.of(
          context.tensors().floats(dev.weft.stages.tensor.Shape.of(x.length, 4), scores));
    }

    /** Takes no processor time, and longer than a caller of {@code RolloutsTest} may wait. */
    private static void dawdle(RunContext context) {
      var over = new CountDownLatch(1);
      try (var _ = context.cancellation().onCancel(over::countDown)) {
        if (over.await(60, TimeUnit.MILLISECONDS)) {
          throw new StageException(ErrorCode.CANCELLED, "called off");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    private float score(float x, int c) {
      var rounds = variant.equals("slow") ? 20 * ROUNDS : ROUNDS;
      var value = 0.0;
      for (var i = 1; i <= rounds; i++) {
        value += Math.sin(x * (c + 1) + i) / i;
      }
      value = Math.sin(x * (c + 1)) + 1e-9 * value;
      return (float)
          switch (variant) {
            case "good" -> value * 1.001;
            case "bad" -> c == 0 ? value + 1 : value;
            case "nan" -> x > 0.9 ? Double.NaN : value;
            default -> value;
          };
    }

    @Override
    public void close() {}
  }
}
