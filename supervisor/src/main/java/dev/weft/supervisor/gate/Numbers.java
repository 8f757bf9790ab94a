package dev.weft.supervisor.gate;

import java.math.BigDecimal;
import java.math.MathContext;

/** Numbers as sentences have them. */
final class Numbers {

  private static final MathContext THREE_DIGITS = new MathContext(3);
  private static final double PLAIN_FROM = 1e-4;
  private static final double PLAIN_BELOW = 1e7;

  private Numbers() {}

  /** For example {@code 1.08}; {@code ?} where there is none. */
  static String plain(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "?" : "any";
    }
    var rounded = new BigDecimal(value).round(THREE_DIGITS).stripTrailingZeros();
    var size = Math.abs(value);
    return size == 0 || size >= PLAIN_FROM && size < PLAIN_BELOW
        ? rounded.toPlainString()
        : rounded.toString();
  }
}
