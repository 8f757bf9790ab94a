package dev.weft.fabric.replay;

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
import java.util.Random;

/** Stages for tests of replays: all take FP32[n] {@code x} and give FP32[n] {@code y}. */
public final class ReplayStages {

  static final Signature SIGNATURE =
      new Signature(
          List.of(TensorSpec.of("x", Datatype.FP32, "n")),
          List.of(TensorSpec.of("y", Datatype.FP32, "n")));

  private ReplayStages() {}

  private interface Values {
    void change(RunContext context, float[] values);
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

    static Stage stage(Values change) {
      return new Stage() {
        @Override
        public Signature signature() {
          return SIGNATURE;
        }

        @Override
        public List<Tensor> run(RunContext context, List<Tensor> inputs) {
          var values = inputs.getFirst().toFloats();
          change.change(context, values);
          return List.of(context.tensors().floats(inputs.getFirst().shape(), values));
        }

        @Override
        public void close() {}
      };
    }
  }

  /** Adds the sum of all rows to each: what comes out depends on what shares the run. */
  public static final class MixFactory extends Factory {
    @Override
    public String kind() {
      return "test/mix";
    }

    @Override
    public Stage create(StageSetup setup) {
      var gain = setup.variant().equals("two") ? 1.001f : 1f;
      return stage(
          (_, values) -> {
            var sum = 0f;
            for (var value : values) {
              sum += value;
            }
            for (var i = 0; i < values.length; i++) {
              values[i] = values[i] * gain + sum;
            }
          });
    }
  }

  /** Adds noise from the seed and the time of admission, as a stage should. */
  public static final class NoiseFactory extends Factory {
    @Override
    public String kind() {
      return "test/noise";
    }

    @Override
    public Stage create(StageSetup setup) {
      return stage(
          (context, values) -> {
            var random = new Random(context.seed() ^ context.admittedAt().getNano());
            for (var i = 0; i < values.length; i++) {
              values[i] += random.nextFloat();
            }
          });
    }
  }

  /** Looks at a clock of its own, as no stage may. */
  public static final class CheatFactory extends Factory {
    @Override
    public String kind() {
      return "test/cheat";
    }

    @Override
    public Stage create(StageSetup setup) {
      return stage((_, values) -> values[0] += System.nanoTime() % 1_000_003);
    }
  }
}
