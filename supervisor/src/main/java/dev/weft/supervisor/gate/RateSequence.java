package dev.weft.supervisor.gate;

import dev.weft.supervisor.sketch.Rate;
import org.apache.commons.numbers.gamma.LogBeta;

/**
 * A confidence sequence for the mean of values from 0 to 1: its bounds hold at all times at once,
 * so that one may look after every sample and stop when one likes.
 *
 * <p>A mixture of likelihood ratios over a Beta(1/2, 1/2) prior is a nonnegative martingale that
 * starts at 1 for the true rate, so it ever reaches 1/level with probability <= level (Ville). H.
 * Robbins, "Statistical Methods Related to the Law of the Iterated Logarithm", Ann. Math. Statist.
 * 41(5), 1970; the prior is that of R. Krichevsky and V. Trofimov, IEEE Trans. Inf. Theory 27(2),
 * 1981. Values between 0 and 1 are no worse than zeros and ones of the same mean (W. Hoeffding,
 * JASA 58(301), 1963, as used by S. Howard et al., "Time-uniform, nonparametric, nonasymptotic
 * confidence sequences", Ann. Statist. 49(2), 2021, section 3).
 *
 * <p>Samples may depend on each other as long as each one's mean, given those before it, is within
 * the limit (or beyond it).
 */
final class RateSequence {

  /** Prior weight of a hit and of a miss. */
  private static final double HALF = 0.5;

  private static final int BISECTIONS = 50;

  private RateSequence() {}

  /**
   * Log of how much better the mixture explains the samples than {@code rate} does.
   *
   * @param rate in ]0, 1[
   */
  static double logEvidenceAgainst(double rate, double hits, double samples) {
    return LogBeta.value(HALF + hits, HALF + samples - hits)
        - LogBeta.value(HALF, HALF)
        - hits * Math.log(rate)
        - (samples - hits) * Math.log1p(-rate);
  }

  /** The rate is below this with probability <= {@code level}. */
  static double lower(Rate rate, double level) {
    if (rate.samples() == 0 || rate.hits() == 0) {
      return 0;
    }
    return edge(rate, 0, level);
  }

  /** The rate is above this with probability <= {@code level}. */
  static double upper(Rate rate, double level) {
    if (rate.samples() == 0 || rate.hits() == rate.samples()) {
      return 1;
    }
    return edge(rate, 1, level);
  }

  static Interval interval(Rate rate, double lowerLevel, double upperLevel) {
    return new Interval(lower(rate, lowerLevel), upper(rate, upperLevel));
  }

  /** Between the mean, which is never excluded, and {@code outside}, which is. */
  private static double edge(Rate rate, double outside, double level) {
    var inside = rate.mean();
    var excluded = outside;
    for (var i = 0; i < BISECTIONS; i++) {
      var middle = (inside + excluded) / 2;
      if (logEvidenceAgainst(middle, rate.hits(), rate.samples()) >= -Math.log(level)) {
        excluded = middle;
      } else {
        inside = middle;
      }
    }
    return excluded;
  }
}
