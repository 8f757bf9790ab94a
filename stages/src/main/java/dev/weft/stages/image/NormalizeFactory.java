package dev.weft.stages.image;

import dev.weft.stages.image.NormalizeStage.Layout;
import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import java.util.ArrayList;
import java.util.List;

/** Makes stages that turn 8-bit RGB into a model's input. */
public final class NormalizeFactory implements StageFactory {

  @Override
  public String kind() {
    return "image/normalize";
  }

  @Override
  public String summary() {
    return "Scales 8-bit RGB to a model's floats, with its layout, channel order, mean and std.";
  }

  @Override
  public List<OptionSpec> options() {
    var specs = new ArrayList<OptionSpec>();
    specs.add(OptionSpec.choice("layout", "NCHW", List.of("NCHW", "NHWC"), "Axes of the output."));
    specs.addAll(ChannelScaling.optionSpecs("rgb", 0, 1));
    return List.copyOf(specs);
  }

  @Override
  public Signature signature(Options options) {
    ChannelScaling.from(options);
    return NormalizeStage.signature(Layout.valueOf(options.text("layout")));
  }

  @Override
  public Stage create(StageSetup setup) {
    var layout = Layout.valueOf(setup.options().text("layout"));
    return new NormalizeStage(layout, ChannelScaling.from(setup.options()));
  }
}
