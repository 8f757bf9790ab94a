package dev.weft.cluster.route;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;

/** Durations in explanations. */
final class Millis {

  private static final BigDecimal SECOND = BigDecimal.valueOf(1_000_000_000);
  private static final int NANO_DIGITS = 6;

  private Millis() {}

  /** In milliseconds with one decimal below 1 s, in seconds with one decimal above. */
  static String text(Duration duration) {
    var nanos =
        BigDecimal.valueOf(duration.getSeconds())
            .multiply(SECOND)
            .add(BigDecimal.valueOf(duration.getNano()));
    return nanos.abs().compareTo(SECOND) < 0
        ? decimal(nanos, NANO_DIGITS) + " ms"
        : decimal(nanos, NANO_DIGITS + 3) + " s";
  }

  private static String decimal(BigDecimal nanos, int digits) {
    var rounded = nanos.movePointLeft(digits).setScale(1, RoundingMode.HALF_UP);
    return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
  }
}
