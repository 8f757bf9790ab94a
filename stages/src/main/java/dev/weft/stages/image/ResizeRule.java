package dev.weft.stages.image;

import dev.weft.stages.spi.OptionSpec;
import dev.weft.stages.spi.Options;
import java.util.List;

/** How a picture's new size follows from its old one. */
sealed interface ResizeRule {

  int SIDE_MAX = 16_384;

  /** Width and height in pixels. */
  record Size(int width, int height) {}

  /** Always this size. */
  record Exact(int width, int height) implements ResizeRule {}

  /**
   * Shrinks until the longer side is at most {@code limit}, never enlarges, and then moves each
   * side to the nearest multiple of {@code multipleOf} (at least one; below {@code limit} if the
   * nearest is above it).
   */
  record LongestSide(int limit, int multipleOf) implements ResizeRule {}

  static List<OptionSpec> optionSpecs() {
    return List.of(
        OptionSpec.choice(
            "mode",
            "longest-side",
            List.of("exact", "longest-side"),
            "exact: always width x height; longest-side: keep the ratio, only shrink."),
        OptionSpec.of("width", OptionSpec.Type.INTEGER, 0L, "New width in pixels, for mode exact."),
        OptionSpec.of(
            "height", OptionSpec.Type.INTEGER, 0L, "New height in pixels, for mode exact."),
        OptionSpec.of(
            "limit",
            OptionSpec.Type.INTEGER,
            960L,
            "Longest side in pixels after shrinking, for mode longest-side."),
        OptionSpec.of(
            "multipleOf",
            OptionSpec.Type.INTEGER,
            1L,
            "Both sides become a multiple of this many pixels; 32 for detection nets."));
  }

  static ResizeRule from(Options options) {
    var multipleOf = options.intValue("multipleOf", 1, 1024);
    if (options.text("mode").equals("longest-side")) {
      var limit = options.intValue("limit", multipleOf, SIDE_MAX);
      return new LongestSide(limit, multipleOf);
    }
    return new Exact(
        exactSide(options, "width", multipleOf), exactSide(options, "height", multipleOf));
  }

  private static int exactSide(Options options, String name, int multipleOf) {
    var side = options.intValue(name, 1, SIDE_MAX);
    if (side % multipleOf != 0) {
      throw Options.invalid(name, side, "a multiple of 'multipleOf', " + multipleOf);
    }
    return side;
  }

  /** The new size of a picture of at least 1 x 1 pixels. */
  default Size sizeFor(int width, int height) {
    return switch (this) {
      case Exact(var exactWidth, var exactHeight) -> new Size(exactWidth, exactHeight);
      case LongestSide(var limit, var multipleOf) -> {
        var ratio = Math.min(1.0, (double) limit / Math.max(width, height));
        yield new Size(
            side(width * ratio, limit, multipleOf), side(height * ratio, limit, multipleOf));
      }
    };
  }

  private static int side(double pixels, int limit, int multipleOf) {
    var multiples = Math.max(1, Math.round(pixels / multipleOf));
    return (int) Math.min(multiples, limit / multipleOf) * multipleOf;
  }
}
