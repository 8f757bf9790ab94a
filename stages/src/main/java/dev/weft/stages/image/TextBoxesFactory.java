package dev.weft.stages.image;

import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import java.util.List;

/** Makes stages that find boxes of text in a detection net's probability map. */
public final class TextBoxesFactory implements StageFactory {

  @Override
  public String kind() {
    return "vision/text-boxes";
  }

  @Override
  public String summary() {
    return "Finds boxes of text in a DB net's probability map, in reading order.";
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        OptionSpec.of(
            "threshold", OptionSpec.Type.NUMBER, 0.3, "Probability above which a cell is text."),
        OptionSpec.of(
            "boxThreshold",
            OptionSpec.Type.NUMBER,
            0.6,
            "Least mean probability inside a box; boxes below it are dropped."),
        OptionSpec.of(
            "unclipRatio",
            OptionSpec.Type.NUMBER,
            1.5,
            "Boxes grow by area times this over perimeter on each side."),
        OptionSpec.of(
            "maxBoxes", OptionSpec.Type.INTEGER, 100L, "Most boxes given; the best-scored stay."),
        OptionSpec.of(
            "minSidePixels",
            OptionSpec.Type.INTEGER,
            3L,
            "Shortest side of a box before it grows, in cells of the map."));
  }

  @Override
  public Signature signature(Options options) {
    limits(options);
    return TextBoxesStage.SIGNATURE;
  }

  @Override
  public Stage create(StageSetup setup) {
    return new TextBoxesStage(limits(setup.options()));
  }

  private static TextBoxesStage.Limits limits(Options options) {
    return new TextBoxesStage.Limits(
        (float) options.number("threshold", 0, 1),
        (float) options.number("boxThreshold", 0, 1),
        (float) options.number("unclipRatio", 0, 10),
        options.intValue("maxBoxes", 1, 1000),
        options.intValue("minSidePixels", 1, 1000));
  }
}
