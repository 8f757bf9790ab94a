package dev.weft.bench;

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

/** Kind {@code bench/pass}: hands its input on, so that all that costs is what is around it. */
public final class PassFactory implements StageFactory {

  static final String KIND = "bench/pass";
  static final Signature SIGNATURE =
      new Signature(
          List.of(TensorSpec.of("x", Datatype.FP32, "n")),
          List.of(TensorSpec.of("y", Datatype.FP32, "n")));

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public String summary() {
    return "Hands its input on; the empty stage of benches.";
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
    return new Pass();
  }

  /** Gives a lease of its input as its output. */
  static final class Pass implements Stage {
    @Override
    public Signature signature() {
      return SIGNATURE;
    }

    @Override
    public boolean endsSoon() {
      return true;
    }

    @Override
    public List<Tensor> run(RunContext context, List<Tensor> inputs) {
      return List.of(inputs.getFirst().retain());
    }

    @Override
    public void close() {}
  }
}
