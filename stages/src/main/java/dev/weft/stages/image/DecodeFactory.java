package dev.weft.stages.image;

import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import java.util.List;

/** Makes stages that decode PNG and JPEG files. */
public final class DecodeFactory implements StageFactory {

  @Override
  public String kind() {
    return "image/decode";
  }

  @Override
  public String summary() {
    return "Decodes a PNG or JPEG file into 8-bit RGB; EXIF and colour profiles are ignored.";
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        OptionSpec.of(
            "maxPixels",
            OptionSpec.Type.INTEGER,
            PictureDecoder.PIXELS_MAX,
            "Largest picture taken, in pixels; a larger one is refused by its header alone."));
  }

  @Override
  public Signature signature(Options options) {
    maxPixels(options);
    return DecodeStage.SIGNATURE;
  }

  @Override
  public Stage create(StageSetup setup) {
    return new DecodeStage(maxPixels(setup.options()));
  }

  /** At most 500 million pixels: beyond that a decoded picture does not fit a Java array. */
  private static long maxPixels(Options options) {
    return options.intValue("maxPixels", 1, 500_000_000);
  }
}
