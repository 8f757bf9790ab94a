package dev.weft.stages.math;

import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import java.util.List;

/** Makes stages that turn logits into probabilities. */
public final class SoftmaxFactory implements StageFactory {

  @Override
  public String kind() {
    return "math/softmax";
  }

  @Override
  public String summary() {
    return "Turns each row of numbers into probabilities that add up to 1.";
  }

  @Override
  public List<OptionSpec> options() {
    return List.of();
  }

  @Override
  public Signature signature(Options options) {
    return SoftmaxStage.SIGNATURE;
  }

  @Override
  public Stage create(StageSetup setup) {
    return new SoftmaxStage();
  }
}
