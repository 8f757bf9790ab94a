package dev.weft.stages.audio;

import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import java.util.List;

/** Makes stages that say how loud a recording is. */
public final class LevelFactory implements StageFactory {

  @Override
  public String kind() {
    return "audio/level";
  }

  @Override
  public String summary() {
    return "Measures how loud samples are: RMS and peak in dB of full scale.";
  }

  @Override
  public List<OptionSpec> options() {
    return List.of();
  }

  @Override
  public Signature signature(Options options) {
    return LevelStage.SIGNATURE;
  }

  @Override
  public Stage create(StageSetup setup) {
    return new LevelStage();
  }
}
