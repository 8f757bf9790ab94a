package dev.weft.supervisor.gate;

import dev.weft.supervisor.sketch.CappedMean;
import org.apache.commons.numbers.gamma.LogGamma;
import org.apache.commons.numbers.gamma.RegularizedGamma;

/**
 * A confidence sequence for the mean of capped values that closes with their variance: its bounds
 * hold at all times at once.
 *
 * <p>An empirical Bernstein bound: S. Howard, A. Ramdas, J. McAuliffe, J. Sekhon, "Time-uniform,
 * nonparametric, nonasymptotic confidence sequences", Ann. Statist. 49(2), 2021, Theorem 4, with
 * the gamma-exponential mixture boundary of Proposition 9 at scale c = 1. What it needs adds up
 * over loops, other than the predictable-plug-in bounds of I. Waudby-Smith and A. Ramdas (JRSS-B
 * 86(1), 2024), which are tighter but hang on the order of the samples and on the level.
 *
 * <p>The mean bounded is that of the conditional means of the samples so far.
 */
final class MeanSequence {

  /**
   * Variance sum at which bounds are tightest is about 16 times this; 2,000 runs that vary by a
   * third.
   */
  private static final double RHO = 0.2;

  private static final double LOG_FIRST =
      RHO * Math.log(RHO) - LogGamma.value(RHO) - Math.log(RegularizedGamma.P.value(RHO, RHO));

  private static final int BISECTIONS = 60;

  private MeanSequence() {}

  /** The mean is below this with probability <= {@code level}; in the values' unit. */
  static double lower(CappedMean mean, double level) {
    return mean.samples() == 0
        ? 0
        : mean.cap() * Math.max(0, (mean.sum() - radius(mean, level)) / mean.samples());
  }

  /** The capped mean is above this with probability <= {@code level}; in the values' unit. */
  static double upper(CappedMean mean, double level) {
    return mean.samples() == 0
        ? mean.cap()
        : mean.cap() * Math.min(1, (mean.sum() + radius(mean, level)) / mean.samples());
  }

  static Interval interval(CappedMean mean, double lowerLevel, double upperLevel) {
    return new Interval(lower(mean, lowerLevel), upper(mean, upperLevel));
  }

  private static double radius(CappedMean mean, double level) {
    return boundary(mean.squares(), mean.samples(), level);
  }

  /**
   * How far a sum may stray from its expectation.
   *
   * @param variance intrinsic time, the sum of squares
   * @param most what it cannot exceed anyway
   */
  static double boundary(double variance, double most, double level) {
    var inside = 0.0;
    var outside = most;
    if (logMixture(outside, variance) < -Math.log(level)) {
      return most;
    }
    for (var i = 0; i < BISECTIONS; i++) {
      var middle = (inside + outside) / 2;
      if (logMixture(middle, variance) >= -Math.log(level)) {
        outside = middle;
      } else {
        inside = middle;
      }
    }
    return outside;
  }

  /** Log of the gamma-exponential mixture at a deviation and an intrinsic time. */
  static double logMixture(double deviation, double variance) {
    var shape = variance + RHO;
    var at = deviation + shape;
    return LOG_FIRST
        + LogGamma.value(shape)
        + Math.log(RegularizedGamma.P.value(shape, at))
        - shape * Math.log(at)
        + deviation
        + variance;
  }
}
