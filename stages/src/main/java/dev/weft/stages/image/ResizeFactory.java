package dev.weft.stages.image;

import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import java.util.List;

/** Makes stages that resize pictures. */
public final class ResizeFactory implements StageFactory {

  @Override
  public String kind() {
    return "image/resize";
  }

  @Override
  public String summary() {
    return "Resizes a picture to an exact size, or until its longest side fits a limit.";
  }

  @Override
  public List<OptionSpec> options() {
    return ResizeRule.optionSpecs();
  }

  @Override
  public Signature signature(Options options) {
    return ResizeStage.signature(ResizeRule.from(options));
  }

  @Override
  public Stage create(StageSetup setup) {
    return new ResizeStage(ResizeRule.from(setup.options()));
  }
}
