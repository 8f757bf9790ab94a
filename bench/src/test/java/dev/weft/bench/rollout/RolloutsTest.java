package dev.weft.bench.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.bench.rollout.SimulatedRollout.End;
import dev.weft.supervisor.comparison.Metric;
import dev.weft.supervisor.rollout.Traffic.Trial;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class RolloutsTest {

  @Test
  void stopsBadVariantsAndPromotesGoodOnes() {
    var rollouts = Rollouts.sequential(40, 7);

    assertEquals(0, rollouts.bad().promoted(), "seeds 7 to 46");
    assertEquals(0, rollouts.good().rolledBack(), "seeds 7 to 46");
    assertTrue(rollouts.good().promoted() >= 7, "" + rollouts.good());
    assertTrue(rollouts.badExposure(0.5) < 0.015);
  }

  @Test
  void theSameSeedGivesTheSameRollout() {
    var variant = Variant.good(new SplittableRandom(3));

    assertEquals(
        SimulatedRollout.run(variant, Judge.Kind.SEQUENTIAL, 3),
        SimulatedRollout.run(variant, Judge.Kind.SEQUENTIAL, 3));
  }

  @Test
  void aVariantThatIsSlowOnlyUnderLoadGetsNoFurtherThanThere() {
    for (var seed = 0; seed < 300; seed++) {
      var variant = Variant.bad(new SplittableRandom(seed));
      if (variant.slowFrom() > 0) {
        var outcome = SimulatedRollout.run(variant, Judge.Kind.SEQUENTIAL, seed);
        assertEquals(End.ROLLED_BACK, outcome.end(), "seed " + seed);
        assertEquals(3, outcome.step(), "seed " + seed);
        return;
      }
    }
    throw new AssertionError("no such variant in seeds 0 to 299");
  }

  @Test
  void aBadVariantIsBeyondALimitByAQuarterAndAGoodOneWithinAll() {
    for (var seed = 0; seed < 40; seed++) {
      var bad = beyond(Variant.bad(new SplittableRandom(seed)), seed);
      assertTrue(bad > 1.2, "seed %d: %s".formatted(seed, bad));
      var good = beyond(Variant.good(new SplittableRandom(seed)), seed);
      assertTrue(good < 1, "seed %d: %s".formatted(seed, good));
    }
  }

  /** How far the worst of its figures is over its limit, measured on half of much traffic. */
  private static double beyond(Variant variant, long seed) {
    var traffic = new VirtualTraffic(variant, seed);
    var gathered = new Gathered(0);
    var half = new Trial("half", "candidate", 5_000, Terms.COMPARED);
    while (gathered.size() < 10_000 && !gathered.hasFault()) {
      traffic.session(half, gathered);
    }
    if (gathered.hasFault()) {
      return Double.POSITIVE_INFINITY;
    }
    var evidence = gathered.evidence(traffic.now());
    var latency = evidence.latency();
    var cpu = evidence.cpu();
    var tensor = evidence.tensors().getFirst();
    var far = tensor.distance(Metric.RELATIVE_L2).orElseThrow();
    return DoubleStream.of(
            latency.candidate().quantile(0.95)
                / latency.stable().quantile(0.95)
                / Terms.LATENCY_MAX,
            cpu.candidate().mean() / cpu.stable().mean() / Terms.CPU_MAX,
            tensor.share(Metric.TOP1_FLIPS).mean() / Terms.FLIPS_MAX,
            (double) far.countAbove(Terms.FAR_BOUND) / far.samples() / Terms.FAR_MAX)
        .max()
        .orElseThrow();
  }

  @Test
  void theUpperBoundOfNoneIsThatOfTheRuleOfThree() {
    assertEquals(1 - Math.pow(0.05, 1 / 600.0), Rollouts.upper(0, 600), 1e-9);
    assertEquals(1, Rollouts.upper(5, 5));
  }
}
