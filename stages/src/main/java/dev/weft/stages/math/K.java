package dev.weft.stages.math;

import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;

/** The option {@code k}. */
final class K {

  private static final int MAX = 10_000;

  private K() {}

  static OptionSpec option(String summary) {
    return OptionSpec.of("k", OptionSpec.Type.INTEGER, 1L, summary);
  }

  /**
   * @throws dev.weft.stages.spi.StageException if it is not 1 to 10,000
   */
  static int of(Options options) {
    return options.intValue("k", 1, MAX);
  }
}
