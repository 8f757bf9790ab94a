package dev.weft.stages.text;

import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import java.util.ArrayList;
import java.util.List;

/** Makes stages that read text from a recognition net's output. */
public final class CtcDecodeFactory implements StageFactory {

  private static final String DICTIONARY = "dictionary";
  private static final int DICTIONARY_BYTES_MAX = 16 << 20;

  @Override
  public String kind() {
    return "text/ctc-decode";
  }

  @Override
  public String summary() {
    return "Reads lines of text from a recognition net's probabilities per step (greedy CTC).";
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        OptionSpec.of(
            "appendSpace",
            OptionSpec.Type.BOOLEAN,
            true,
            "Whether one more class than the dictionary has, the last, is the space."));
  }

  @Override
  public List<String> files() {
    return List.of(DICTIONARY);
  }

  @Override
  public Signature signature(Options options) {
    return CtcDecodeStage.SIGNATURE;
  }

  @Override
  public Stage create(StageSetup setup) {
    var symbols = new ArrayList<String>();
    symbols.add("");
    symbols.addAll(TextFile.lines(setup.file(DICTIONARY), DICTIONARY_BYTES_MAX));
    if (setup.options().flag("appendSpace")) {
      symbols.add(" ");
    }
    return new CtcDecodeStage(symbols);
  }
}
