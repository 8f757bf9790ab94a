package dev.weft.stages.image;

import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import java.util.List;

/** Makes stages that cut boxes of text out of a picture. */
public final class CropLinesFactory implements StageFactory {

  @Override
  public String kind() {
    return "vision/crop-lines";
  }

  @Override
  public String summary() {
    return "Cuts boxes of text out of a picture as straight lines of one height.";
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        OptionSpec.of(
            "lineHeight", OptionSpec.Type.INTEGER, 48L, "Height of every line, in pixels."),
        OptionSpec.of(
            "maxWidth",
            OptionSpec.Type.INTEGER,
            960L,
            "Widest line, in pixels; a wider one is squeezed."));
  }

  @Override
  public Signature signature(Options options) {
    maxWidth(options);
    return CropLinesStage.signature(lineHeight(options));
  }

  @Override
  public Stage create(StageSetup setup) {
    return new CropLinesStage(lineHeight(setup.options()), maxWidth(setup.options()));
  }

  private static int lineHeight(Options options) {
    return options.intValue("lineHeight", 1, 1024);
  }

  private static int maxWidth(Options options) {
    return options.intValue("maxWidth", 1, ResizeRule.SIDE_MAX);
  }
}
