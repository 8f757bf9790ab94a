package dev.weft.stages.math;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.StageException;

/** The option {@code k}. */
final class K {

  private static final int MAX = 10_000;

  private K() {}

  static OptionSpec option(String summary) {
    return OptionSpec.of("k", OptionSpec.Type.INTEGER, 1L, summary);
  }

  /**
   * @throws StageException if it is not 1 to 10,000
   */
  static int of(Options options) {
    var k = options.integer("k");
    if (k < 1 || k > MAX) {
      throw new StageException(
          ErrorCode.INVALID_MANIFEST, "option 'k': %d (expected: 1 to %d)".formatted(k, MAX));
    }
    return (int) k;
  }
}
