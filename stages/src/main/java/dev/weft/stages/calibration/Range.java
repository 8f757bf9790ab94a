package dev.weft.stages.calibration;

/**
 * The numbers a tensor is taken to hold, from {@code low} to {@code high}, zero among them.
 *
 * @param low at most 0
 * @param high at least 0
 */
public record Range(float low, float high) {

  private static final int LEVELS = 255;

  public Range {
    if (!(low <= 0 && high >= 0 && Float.isFinite(high - low))) {
      throw new IllegalArgumentException(
          "range: %s to %s (expected: finite, with zero in it)".formatted(low, high));
    }
  }

  /** The smallest that has both numbers and zero in it. */
  public static Range over(float low, float high) {
    return new Range(Math.min(low, 0), Math.max(high, 0));
  }

  /** What one step of an unsigned byte stands for; 1 for a range of zero. */
  public float scale() {
    var scale = (high - low) / LEVELS;
    return scale < Float.MIN_NORMAL ? 1 : scale;
  }

  /** The unsigned byte that stands for zero. */
  public int zeroPoint() {
    return Math.clamp(Math.round(-low / scale()), 0, LEVELS);
  }
}
