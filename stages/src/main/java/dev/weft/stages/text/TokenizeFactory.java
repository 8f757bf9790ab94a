package dev.weft.stages.text;

import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.Signature;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import java.util.List;

/** Makes stages that turn text into a model's token ids. */
public final class TokenizeFactory implements StageFactory {

  private static final String FILE = "tokenizer";

  /** Room for any tokenizer's special tokens, which cutting must leave in place. */
  private static final int TOKENS_MIN = 16;

  @Override
  public String kind() {
    return "text/tokenize";
  }

  @Override
  public String summary() {
    return "Turns text into token ids with a Hugging Face tokenizer.json.";
  }

  @Override
  public List<OptionSpec> options() {
    return List.of(
        OptionSpec.of(
            "maxTokens",
            OptionSpec.Type.INTEGER,
            512L,
            "A longer text is cut to this many tokens, special ones included."),
        OptionSpec.of(
            "maxBytes",
            OptionSpec.Type.INTEGER,
            65_536L,
            "Longest text taken, in bytes of UTF-8; a longer one is refused."));
  }

  @Override
  public List<String> files() {
    return List.of(FILE);
  }

  @Override
  public Signature signature(Options options) {
    maxTokens(options);
    maxBytes(options);
    return TokenizeStage.SIGNATURE;
  }

  @Override
  public Stage create(StageSetup setup) {
    var tokenizer = Tokenizer.load(setup.file(FILE), maxTokens(setup.options()));
    return new TokenizeStage(tokenizer, maxBytes(setup.options()));
  }

  private static int maxTokens(Options options) {
    return options.intValue("maxTokens", TOKENS_MIN, 1 << 20);
  }

  private static int maxBytes(Options options) {
    return options.intValue("maxBytes", 1, 64 << 20);
  }
}
