package dev.weft.stages.audio;

import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import java.util.List;

/** Makes stages that turn speech probabilities into stretches of speech. */
public final class SegmentsFactory implements StageFactory {

  private static final double SECONDS_MAX = 3_600;

  @Override
  public String kind() {
    return "audio/segments";
  }

  @Override
  public String summary() {
    return "Turns speech probabilities into stretches of speech with start and end.";
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        number("hopSeconds", 0.032, "Time from one probability to the next, in seconds."),
        number("threshold", 0.5, "Speech begins at this probability."),
        number("negativeThreshold", 0.35, "Speech may end under this probability."),
        number("minSpeechSeconds", 0.25, "Speech that is not longer is dropped, in seconds."),
        number("minSilenceSeconds", 0.1, "A silence this long ends speech, in seconds."),
        number("padSeconds", 0.03, "Added on both sides of speech, in seconds."));
  }

  @Override
  public Signature signature(Options options) {
    rule(options);
    return SegmentsStage.SIGNATURE;
  }

  @Override
  public Stage create(StageSetup setup) {
    return new SegmentsStage(rule(setup.options()));
  }

  private static SpeechSegments rule(Options options) {
    var threshold = options.number("threshold", 0, 1);
    var negative = options.number("negativeThreshold", 0, 1);
    if (negative > threshold) {
      throw Options.invalid("negativeThreshold", negative, "at most 'threshold', " + threshold);
    }
    return new SpeechSegments(
        options.number("hopSeconds", 1e-6, SECONDS_MAX),
        threshold,
        negative,
        options.number("minSpeechSeconds", 0, SECONDS_MAX),
        options.number("minSilenceSeconds", 0, SECONDS_MAX),
        options.number("padSeconds", 0, SECONDS_MAX));
  }

  private static OptionSpec number(String name, double value, String summary) {
    return OptionSpec.of(name, OptionSpec.Type.NUMBER, value, summary);
  }
}
