package dev.weft.supervisor.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.supervisor.sketch.Rate;
import org.apache.commons.numbers.gamma.LogGamma;
import org.apache.commons.numbers.gamma.RegularizedGamma;
import org.junit.jupiter.api.Test;

/** Holds the sequences against values worked out another way. */
class GoldenSequenceTest {

  @Test
  void aMissSpeaksAgainstARateAsTheClosedFormSays() {
    // B(1/2, 3/2) / B(1/2, 1/2) = 1/2
    assertEquals(Math.log(0.5 / 0.75), RateSequence.logEvidenceAgainst(0.25, 0, 1), 1e-12);
    // B(3/2, 3/2) / B(1/2, 1/2) = 1/8
    assertEquals(Math.log(0.125 / 0.25), RateSequence.logEvidenceAgainst(0.5, 1, 2), 1e-12);
  }

  @Test
  void theMartingaleOfARateHasMeanOneAtItsRate() {
    var rate = 0.03;
    var samples = 40;
    var mean = 0.0;
    for (var hits = 0; hits <= samples; hits++) {
      var log =
          logChoose(samples, hits) + hits * Math.log(rate) + (samples - hits) * Math.log1p(-rate);
      mean += Math.exp(log + RateSequence.logEvidenceAgainst(rate, hits, samples));
    }
    assertEquals(1, mean, 1e-10);
  }

  @Test
  void withoutAHitTheUpperBoundSolvesItsEquation() {
    var samples = 1_000;
    var level = 0.001;
    var upper = RateSequence.upper(new Rate(0, samples), level);
    var mixture =
        LogGamma.value(samples + 0.5) - LogGamma.value(samples + 1) - Math.log(Math.PI) / 2;

    assertEquals(-Math.log(level), mixture - samples * Math.log1p(-upper), 1e-9);
    assertEquals(0, RateSequence.lower(new Rate(0, samples), level));
  }

  @Test
  void theGammaExponentialMixtureIsTheIntegralItStandsFor() {
    for (var variance : new double[] {3, 10, 40}) {
      for (var deviation : new double[] {0, 5, 20}) {
        assertEquals(
            integral(deviation, variance),
            MeanSequence.logMixture(deviation, variance),
            1e-6,
            "deviation %s, variance %s".formatted(deviation, variance));
      }
    }
  }

  @Test
  void theBoundaryOfAMeanIsWhereTheMixtureReachesItsLevel() {
    var boundary = MeanSequence.boundary(5, 1e6, 0.01);

    assertEquals(Math.log(100), MeanSequence.logMixture(boundary, 5), 1e-9);
  }

  @Test
  void ranksOfAQuantileAreExcludedExactlyWhereTheMixtureSaysSo() {
    var sequence = new QuantileSequence(0.95, 2_000);
    var weight = 2_000 / 16.0;
    for (var samples : new int[] {10, 200, 3_000}) {
      var below = sequence.mostExcludedBelow(samples, 0.01);
      var above = sequence.leastExcludedAbove(samples, 0.01);
      for (var count = 0; count <= samples; count++) {
        var isExcluded = logMixture(0.95, weight, count, samples) >= Math.log(100);
        assertEquals(
            isExcluded,
            count <= below || count >= above,
            "%d of %d; kept ]%d, %d[".formatted(count, samples, below, above));
      }
      assertTrue(below < 0.95 * samples && above > 0.95 * samples);
    }
  }

  /** The same mixture as a product of predictive probabilities over those at the rate. */
  private static double logMixture(double rate, double weight, int hits, int samples) {
    var log = 0.0;
    for (var i = 0; i < samples; i++) {
      var isHit = i < hits;
      var sum = isHit ? weight * rate + i : weight * (1 - rate) + (i - hits);
      log += Math.log(sum / (weight + i)) - Math.log(isHit ? rate : 1 - rate);
    }
    return log;
  }

  /** Simpson's rule over exp(lambda s - psi(lambda) v) under the truncated gamma density. */
  private static double integral(double deviation, double variance) {
    var rho = 0.2;
    var steps = 200_000;
    var sum = 0.0;
    for (var i = 0; i <= steps; i++) {
      var left = (double) i / steps;
      var lambda = 1 - left;
      var log =
          (variance + rho - 1) * Math.log(left) - rho * left + lambda * (deviation + variance);
      var weight = i == 0 || i == steps ? 1 : i % 2 == 0 ? 2 : 4;
      sum += left == 0 ? 0 : weight * Math.exp(log);
    }
    return Math.log(sum / 3 / steps)
        + rho * Math.log(rho)
        - LogGamma.value(rho)
        - Math.log(RegularizedGamma.P.value(rho, rho));
  }

  private static double logChoose(int of, int some) {
    return LogGamma.value(of + 1) - LogGamma.value(some + 1) - LogGamma.value(of - some + 1);
  }
}
