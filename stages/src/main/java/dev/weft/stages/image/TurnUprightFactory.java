package dev.weft.stages.image;

import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import java.util.List;

/** Makes stages that turn upside-down lines of text. */
public final class TurnUprightFactory implements StageFactory {

  @Override
  public String kind() {
    return "vision/turn-upright";
  }

  @Override
  public String summary() {
    return "Turns those lines of text that an orientation net finds upside down.";
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        OptionSpec.of(
            "threshold",
            OptionSpec.Type.NUMBER,
            0.9,
            "Probability of class 1 (180 degrees) above which a line is turned."));
  }

  @Override
  public Signature signature(Options options) {
    threshold(options);
    return TurnUprightStage.SIGNATURE;
  }

  @Override
  public Stage create(StageSetup setup) {
    return new TurnUprightStage(threshold(setup.options()));
  }

  private static float threshold(Options options) {
    return (float) options.number("threshold", 0, 1);
  }
}
