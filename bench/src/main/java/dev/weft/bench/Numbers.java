package dev.weft.bench;

import java.math.BigDecimal;
import java.math.MathContext;

/** How numbers are written in figures. */
final class Numbers {

  private static final MathContext FOUR_DIGITS = new MathContext(4);

  private Numbers() {}

  /** Four significant digits, never an exponent, no trailing zeros: {@code 1.05}, {@code 12340}. */
  static String plain(double value) {
    var rounded = new BigDecimal(value).round(FOUR_DIGITS).stripTrailingZeros();
    return rounded.signum() == 0 ? "0" : rounded.toPlainString();
  }
}
