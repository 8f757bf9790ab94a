package dev.weft.stages.text;

import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import java.util.List;

/** Makes stages that turn a model's vectors per token into one per text. */
public final class PoolFactory implements StageFactory {

  @Override
  public String kind() {
    return "text/pool";
  }

  @Override
  public String summary() {
    return "Turns vectors per token into one embedding per text.";
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        OptionSpec.choice(
            "pooling",
            "mean",
            List.of("mean", "cls"),
            "Mean of the text's tokens, or the first token's vector, as the model was trained."),
        OptionSpec.of(
            "normalize", OptionSpec.Type.BOOLEAN, true, "Whether embeddings get length 1."));
  }

  @Override
  public Signature signature(Options options) {
    return PoolStage.SIGNATURE;
  }

  @Override
  public Stage create(StageSetup setup) {
    var options = setup.options();
    return new PoolStage(options.text("pooling").equals("cls"), options.flag("normalize"));
  }
}
