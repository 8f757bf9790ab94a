package dev.weft.stages.audio;

import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import java.util.List;

/** Makes stages that mix a recording down to one channel at one sample rate. */
public final class ResampleFactory implements StageFactory {

  @Override
  public String kind() {
    return "audio/resample";
  }

  @Override
  public String summary() {
    return "Mixes a recording down to one channel and brings it to one sample rate.";
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        OptionSpec.of(
            "sampleRate",
            OptionSpec.Type.INTEGER,
            16_000L,
            "Sample rate of the output, in hertz."));
  }

  @Override
  public Signature signature(Options options) {
    sampleRate(options);
    return ResampleStage.SIGNATURE;
  }

  @Override
  public Stage create(StageSetup setup) {
    return new ResampleStage(sampleRate(setup.options()));
  }

  private static int sampleRate(Options options) {
    return options.intValue("sampleRate", ResampleStage.RATE_MIN, WavFile.SAMPLE_RATE_MAX);
  }
}
