package dev.weft.stages.audio;

import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import java.util.List;

/** Makes stages that cut samples into frames, each with the end of the one before. */
public final class FramesFactory implements StageFactory {

  private static final int SIZE_MAX = 1 << 20;

  @Override
  public String kind() {
    return "audio/frames";
  }

  @Override
  public String summary() {
    return "Cuts samples into frames that carry the end of the frame before along.";
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        OptionSpec.of(
            "size", OptionSpec.Type.INTEGER, 576L, "Samples of one frame, those carried included."),
        OptionSpec.of(
            "hop", OptionSpec.Type.INTEGER, 512L, "New samples of one frame, at most its size."));
  }

  @Override
  public Signature signature(Options options) {
    return stage(options).signature();
  }

  @Override
  public Stage create(StageSetup setup) {
    return stage(setup.options());
  }

  private static FramesStage stage(Options options) {
    var size = options.intValue("size", 1, SIZE_MAX);
    var hop = options.intValue("hop", 1, SIZE_MAX);
    if (hop > size) {
      throw Options.invalid("hop", hop, "at most 'size', " + size);
    }
    return new FramesStage(size, hop);
  }
}
