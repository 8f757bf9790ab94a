package dev.weft.stages.quantize;

import dev.weft.stages.calibration.RangeRule;

/**
 * How a model is to be written.
 *
 * @param reducedRange whether int8 weights use 7 of their 8 bits, for processors that add products
 *     of bytes up in 16 bits
 * @param ranges how static int8 takes ranges from samples
 */
public record Settings(Method method, boolean reducedRange, RangeRule ranges) {

  /** The defaults of a method. */
  public static Settings of(Method method) {
    return new Settings(method, false, RangeRule.MIN_MAX);
  }

  public Settings withReducedRange() {
    return new Settings(method, true, ranges);
  }

  public Settings with(RangeRule rule) {
    return new Settings(method, reducedRange, rule);
  }

  int levels() {
    return reducedRange ? Int8Weights.REDUCED_LEVELS : Int8Weights.LEVELS;
  }
}
