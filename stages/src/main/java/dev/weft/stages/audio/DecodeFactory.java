package dev.weft.stages.audio;

import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import java.util.List;

/** Makes stages that decode WAV files. */
public final class DecodeFactory implements StageFactory {

  @Override
  public String kind() {
    return "audio/decode";
  }

  @Override
  public String summary() {
    return "Decodes a WAV file (PCM of 8 to 32 bits, or float) into samples in [-1, 1].";
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        OptionSpec.of(
            "maxSeconds",
            OptionSpec.Type.NUMBER,
            600.0,
            "Longest recording taken, in seconds; a longer one is refused by its header."));
  }

  @Override
  public Signature signature(Options options) {
    maxSeconds(options);
    return DecodeStage.SIGNATURE;
  }

  @Override
  public Stage create(StageSetup setup) {
    return new DecodeStage(maxSeconds(setup.options()));
  }

  private static double maxSeconds(Options options) {
    return options.number("maxSeconds", 0.001, 86_400);
  }
}
