package dev.weft.supervisor.gate;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.supervisor.sketch.CappedMean;
import java.util.SplittableRandom;
import java.util.function.DoublePredicate;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * How often a true value is ruled out at all when one looks after every sample. Streams are seeded
 * by their number, so each run of the test is the same.
 */
class SequenceErrorTest {

  private static final double LEVEL = 0.05;
  private static final int STREAMS = 2_000;
  private static final int SAMPLES = 1_500;

  @Test
  void aRateAtItsLimitIsFoundBelowItNoMoreOftenThanTheLevel() {
    var limit = 0.05;
    assertSeldom(
        "rate found below its value",
        random -> {
          var hits = 0;
          for (var n = 1; n <= SAMPLES; n++) {
            hits += random.nextDouble() < limit ? 1 : 0;
            if (hits < limit * n && isExcluded(limit, hits, n)) {
              return true;
            }
          }
          return false;
        });
  }

  @Test
  void aRateAtItsLimitIsFoundAboveItNoMoreOftenThanTheLevel() {
    var limit = 0.05;
    assertSeldom(
        "rate found above its value",
        random -> {
          var hits = 0;
          for (var n = 1; n <= SAMPLES; n++) {
            hits += random.nextDouble() < limit ? 1 : 0;
            if (hits > limit * n && isExcluded(limit, hits, n)) {
              return true;
            }
          }
          return false;
        });
  }

  @Test
  void sharesBetweenZeroAndOneAreNoWorseThanHits() {
    var limit = 0.05;
    assertSeldom(
        "mean share found beside its value",
        random -> {
          var sum = 0.0;
          for (var n = 1; n <= SAMPLES; n++) {
            sum += random.nextDouble() < 0.2 ? random.nextDouble() / 2 : 0;
            if (isExcluded(limit, sum, n)) {
              return true;
            }
          }
          return false;
        });
  }

  @Test
  void aQuantileIsFoundOnEitherSideOfItselfNoMoreOftenThanTheLevel() {
    var quantile = 0.95;
    var sequence = new QuantileSequence(quantile, 1_000);
    var below = new long[SAMPLES + 1];
    var above = new long[SAMPLES + 1];
    for (var n = 1; n <= SAMPLES; n++) {
      below[n] = sequence.mostExcludedBelow(n, LEVEL);
      above[n] = sequence.leastExcludedAbove(n, LEVEL);
    }
    assertSeldom(
        "quantile found beside itself",
        random -> {
          var count = 0;
          for (var n = 1; n <= SAMPLES; n++) {
            count += random.nextDouble() < quantile ? 1 : 0;
            if (count <= below[n] || count >= above[n]) {
              return true;
            }
          }
          return false;
        });
  }

  @Test
  void aMeanIsFoundBelowItselfNoMoreOftenThanTheLevel() {
    assertSeldom("mean found below its value", random -> isMeanExcluded(random, away -> away < 0));
  }

  @Test
  void aMeanIsFoundAboveItselfNoMoreOftenThanTheLevel() {
    assertSeldom("mean found above its value", random -> isMeanExcluded(random, away -> away > 0));
  }

  /** Values of which one in ten is at the cap and the others are small; mean 0.19 of the cap. */
  private static boolean isMeanExcluded(SplittableRandom random, DoublePredicate isOnSide) {
    var mean = CappedMean.cappedAt(1);
    for (var n = 1; n <= SAMPLES; n++) {
      mean = mean.plus(random.nextDouble() < 0.1 ? 1 : 0.2 * random.nextDouble());
      var away = mean.sum() - 0.19 * n;
      if (isOnSide.test(away)
          && MeanSequence.logMixture(Math.abs(away), mean.squares()) >= -Math.log(LEVEL)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isExcluded(double rate, double hits, int samples) {
    return RateSequence.logEvidenceAgainst(rate, hits, samples) >= -Math.log(LEVEL);
  }

  private static void assertSeldom(String what, Function<SplittableRandom, Boolean> isWrong) {
    var wrong = 0;
    for (var seed = 0; seed < STREAMS; seed++) {
      wrong += isWrong.apply(new SplittableRandom(seed)) ? 1 : 0;
    }
    assertTrue(
        wrong <= LEVEL * STREAMS,
        "%s in %d of %d streams, seeds 0 to %d (expected: at most %s)"
            .formatted(what, wrong, STREAMS, STREAMS - 1, LEVEL * STREAMS));
  }
}
