package dev.weft.stages.image;

import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.StageException;

/** Reads options that must lie within bounds; what does not is an invalid manifest. */
final class OptionBounds {

  private OptionBounds() {}

  static int integer(Options options, String name, int min, int max) {
    var value = options.integer(name);
    if (value < min || value > max) {
      throw wrong(name, value, "%d to %d".formatted(min, max));
    }
    return (int) value;
  }

  static float number(Options options, String name, double min, double max) {
    var value = options.number(name);
    if (!(value >= min && value <= max)) {
      throw wrong(name, value, "%s to %s".formatted(min, max));
    }
    return (float) value;
  }

  static StageException wrong(String name, Object value, String expected) {
    return new StageException(
        ErrorCode.INVALID_MANIFEST,
        "option '%s': %s (expected: %s)".formatted(name, value, expected));
  }
}
