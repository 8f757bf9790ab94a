package dev.weft.stages.quantize;

/**
 * How a model is to be written.
 *
 * @param reducedRange whether int8 weights use 7 of their 8 bits, for processors that add products
 *     of bytes up in 16 bits
 */
public record Settings(Method method, boolean reducedRange) {

  /** The defaults of a method. */
  public static Settings of(Method method) {
    return new Settings(method, false);
  }

  int levels() {
    return reducedRange ? Int8Weights.REDUCED_LEVELS : Int8Weights.LEVELS;
  }
}
