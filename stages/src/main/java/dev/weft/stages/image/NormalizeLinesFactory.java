package dev.weft.stages.image;

import dev.weft.stages.image.NormalizeLinesStage.Overflow;
import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Makes stages that turn lines of text into a net's input. */
public final class NormalizeLinesFactory implements StageFactory {

  @Override
  public String kind() {
    return "vision/normalize-lines";
  }

  @Override
  public String summary() {
    return "Scales lines of text to a net's floats and pads them to one width.";
  }

  @Override
  public List<OptionSpec> options() {
    var specs = new ArrayList<OptionSpec>();
    specs.add(
        OptionSpec.of(
            "width",
            OptionSpec.Type.INTEGER,
            0L,
            "Width of the output in pixels; 0: the widest line, rounded up to a multiple of 8,"
                + " at least 160."));
    specs.add(
        OptionSpec.choice(
            "overflow",
            "squeeze",
            List.of("squeeze", "cut"),
            "What becomes of a line wider than a fixed width: squeezed into it, or its left"
                + " part."));
    specs.addAll(ChannelScaling.optionSpecs("bgr", 0.5, 0.5));
    return List.copyOf(specs);
  }

  @Override
  public Signature signature(Options options) {
    ChannelScaling.from(options);
    return NormalizeLinesStage.signature(width(options));
  }

  @Override
  public Stage create(StageSetup setup) {
    var options = setup.options();
    var overflow = Overflow.valueOf(options.text("overflow").toUpperCase(Locale.ROOT));
    return new NormalizeLinesStage(width(options), overflow, ChannelScaling.from(options));
  }

  private static int width(Options options) {
    return options.intValue("width", 0, ResizeRule.SIDE_MAX);
  }
}
