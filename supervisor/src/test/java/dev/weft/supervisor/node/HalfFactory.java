package dev.weft.supervisor.node;

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

/** Halves numbers: a step that leads to another. */
public final class HalfFactory implements StageFactory {

  private static final Signature SIGNATURE =
      new Signature(
          List.of(TensorSpec.of("x", Datatype.FP32, "n")),
          List.of(TensorSpec.of("y", Datatype.FP32, "n")));

  @Override
  public String kind() {
    return "test/half";
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
    return new Halves();
  }

  private record Halves() implements Stage {

    @Override
    public Signature signature() {
      return SIGNATURE;
    }

    @Override
    public List<Tensor> run(RunContext context, List<Tensor> inputs) {
      var x = inputs.getFirst().toFloats();
      for (var i = 0; i < x.length; i++) {
        x[i] /= 2;
      }
      return List.of(context.tensors().floats(inputs.getFirst().shape(), x));
    }

    @Override
    public void close() {}
  }
}
