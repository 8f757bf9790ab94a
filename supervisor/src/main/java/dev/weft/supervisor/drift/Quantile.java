package dev.weft.supervisor.drift;

import org.apache.commons.numbers.gamma.InverseErfc;
import org.apache.commons.numbers.gamma.RegularizedBeta;

/** By how many standard errors an estimate lies off with a stated probability at most. */
final class Quantile {

  /** Halvings of ]0, 1[: as many as an FP64 number has bits, and its exponent. */
  private static final int BISECTIONS = 120;

  private Quantile() {}

  /** Two-sided, of a normal law; 1.96 for 0.95. */
  static double normal(double confidence) {
    requireConfidence(confidence);
    return Math.sqrt(2) * InverseErfc.value(1 - confidence);
  }

  /**
   * Two-sided, of Student's law; 12.71 for 0.95 with one degree of freedom. Where it is exceeded
   * with probability 1 - confidence, {@code I_x(d/2, 1/2) = 1 - confidence} with {@code x = d / (d
   * + t^2)}. M. Abramowitz and I. A. Stegun, "Handbook of Mathematical Functions", 26.7.1; their
   * table 26.10 is met to its five digits.
   *
   * @param degrees of freedom, &gt; 0; need not be whole
   */
  static double student(double confidence, double degrees) {
    requireConfidence(confidence);
    if (!(degrees > 0)) {
      throw new IllegalArgumentException("degrees: %s (expected: > 0)".formatted(degrees));
    }
    var below = 0.0;
    var above = 1.0;
    for (var i = 0; i < BISECTIONS; i++) {
      var middle = (below + above) / 2;
      if (RegularizedBeta.value(middle, degrees / 2, 0.5) < 1 - confidence) {
        below = middle;
      } else {
        above = middle;
      }
    }
    return Math.sqrt(degrees * (1 / above - 1));
  }

  private static void requireConfidence(double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "confidence: %s (expected: > 0 and < 1)".formatted(confidence));
    }
  }
}
