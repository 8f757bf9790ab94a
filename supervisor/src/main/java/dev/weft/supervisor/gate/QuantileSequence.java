package dev.weft.supervisor.gate;

import dev.weft.supervisor.sketch.Sketch;
import org.apache.commons.numbers.gamma.LogBeta;

/**
 * A confidence sequence for a quantile: its bounds hold at all times at once, whatever the
 * distribution.
 *
 * <p>How many values lie at or below the true quantile is a sum of coin flips of known rate. Ranks
 * that such a sum ever reaches with probability <= level only are ruled out, and with them the
 * values at those ranks: S. Howard and A. Ramdas, "Sequential estimation of quantiles with
 * applications to A/B testing and best-arm identification", Bernoulli 28(3), 2022, Theorem 1 (b),
 * with the beta-binomial mixture of Howard et al., Ann. Statist. 49(2), 2021, Proposition 7. Ties
 * make the bounds wider, not wrong. Values rounded by the {@link Sketch} are taken at the end of
 * their step that lies outside.
 */
final class QuantileSequence {

  /**
   * Samples over weight of the prior where bounds are tightest; about 2 ln(1/level) + ln(1 + 2
   * ln(1/level)) for the levels in use.
   */
  private static final double SAMPLES_PER_WEIGHT = 16;

  private final double quantile;
  private final double below;
  private final double above;

  /**
   * Bounds on a quantile, tightest near a number of samples.
   *
   * @param quantile in ]0, 1[
   * @param tunedFor samples, fixed before the first one comes
   */
  QuantileSequence(double quantile, long tunedFor) {
    var weight = Math.max(1, tunedFor / SAMPLES_PER_WEIGHT);
    this.quantile = quantile;
    this.below = weight * quantile;
    this.above = weight * (1 - quantile);
  }

  /** The quantile is below {@code lower} with probability <= {@code level}. */
  double lower(Sketch values, double level) {
    var excluded = mostExcludedBelow(values.samples(), level);
    return excluded < 0 ? 0 : values.lowestAt(excluded + 1);
  }

  /** The quantile is above {@code upper} with probability <= {@code level}. */
  double upper(Sketch values, double level) {
    var excluded = leastExcludedAbove(values.samples(), level);
    return excluded > values.samples() ? Double.POSITIVE_INFINITY : values.highestAt(excluded);
  }

  Interval interval(Sketch values, double lowerLevel, double upperLevel) {
    return new Interval(lower(values, lowerLevel), upper(values, upperLevel));
  }

  /** Largest count below the quantile that is too small to be its; -1 if none is. */
  long mostExcludedBelow(long samples, double level) {
    var excluded = -1L;
    var kept = (long) Math.ceil(samples * quantile);
    while (kept - excluded > 1) {
      var middle = (excluded + kept) >>> 1;
      if (isExcluded(middle, samples, level)) {
        excluded = middle;
      } else {
        kept = middle;
      }
    }
    return excluded;
  }

  /** Smallest count below the quantile that is too large to be its; samples + 1 if none is. */
  long leastExcludedAbove(long samples, double level) {
    var kept = (long) Math.floor(samples * quantile);
    var excluded = samples + 1;
    while (excluded - kept > 1) {
      var middle = (kept + excluded) >>> 1;
      if (isExcluded(middle, samples, level)) {
        excluded = middle;
      } else {
        kept = middle;
      }
    }
    return excluded;
  }

  private boolean isExcluded(long count, long samples, double level) {
    return LogBeta.value(below + count, above + samples - count)
            - LogBeta.value(below, above)
            - count * Math.log(quantile)
            - (samples - count) * Math.log1p(-quantile)
        >= -Math.log(level);
  }
}
