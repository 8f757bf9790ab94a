package dev.weft.supervisor.gate;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.supervisor.comparison.Metric;
import dev.weft.supervisor.comparison.TensorFigures;
import dev.weft.supervisor.gate.Evidence.Arms;
import dev.weft.supervisor.sketch.CappedMean;
import dev.weft.supervisor.sketch.Rate;
import dev.weft.supervisor.sketch.Sketch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * How often a whole step is decided wrongly, and how soon rightly, when it is judged again and
 * again. Streams are seeded by their number.
 */
class StepErrorTest {

  private static final double LATENCY_MAX = 1.2;
  private static final double CPU_MAX = 1.1;
  private static final double FLIPS_MAX = 0.02;
  private static final Limits LIMITS =
      Limits.of(
          new Limit.TailLatency(0.95, LATENCY_MAX),
          new Limit.CpuTime(CPU_MAX),
          new Limit.Changes("logits", Metric.TOP1_FLIPS, FLIPS_MAX));

  /** A candidate as multiples of the stable variant. */
  private record Candidate(double slower, double thirstier, double flips) {}

  private static final Candidate GOOD = new Candidate(0.9, 0.8, 0.002);

  @Test
  void aCandidateAtItsLatencyLimitSeldomPasses() {
    assertSeldom(Verdict.PASS, new Candidate(LATENCY_MAX, 0.8, 0.002), 200, 2_000, 50);
  }

  @Test
  void aCandidateAtItsProcessorLimitSeldomPasses() {
    assertSeldom(Verdict.PASS, new Candidate(0.9, CPU_MAX, 0.002), 200, 2_000, 50);
  }

  @Test
  void aCandidateAtItsErrorLimitSeldomPasses() {
    assertSeldom(Verdict.PASS, new Candidate(0.9, 0.8, FLIPS_MAX), 200, 2_000, 50);
  }

  @Test
  void aCandidateAtAllItsLimitsSeldomFails() {
    assertSeldom(Verdict.FAIL, new Candidate(LATENCY_MAX, CPU_MAX, FLIPS_MAX), 200, 2_000, 50);
  }

  @Test
  void aGoodCandidatePassesWithinFourThousandRuns() {
    assertOften(Verdict.PASS, GOOD, 4_000);
  }

  @Test
  void aSlowCandidateFailsWithinFourHundredRuns() {
    assertOften(Verdict.FAIL, new Candidate(2, 0.8, 0.002), 400);
  }

  @Test
  void aThirstyCandidateFailsWithinAThousandRuns() {
    assertOften(Verdict.FAIL, new Candidate(0.9, 1.5, 0.002), 1_000);
  }

  @Test
  void aCandidateThatFlipsFailsWithinTwoHundredRuns() {
    assertOften(Verdict.FAIL, new Candidate(0.9, 0.8, 0.15), 200);
  }

  private static void assertSeldom(
      Verdict wrong, Candidate candidate, int streams, int samples, int every) {
    var level = 0.1;
    var count = 0;
    for (var seed = 0; seed < streams; seed++) {
      count += comesTo(wrong, candidate, level, samples, every, seed) ? 1 : 0;
    }
    assertTrue(
        count <= level * streams,
        "%s for %s in %d of %d streams, seeds from 0".formatted(wrong, candidate, count, streams));
  }

  private static void assertOften(Verdict right, Candidate candidate, int samples) {
    var streams = 40;
    var count = 0;
    for (var seed = 0; seed < streams; seed++) {
      count += comesTo(right, candidate, 0.001, samples, 20, seed) ? 1 : 0;
    }
    assertTrue(
        count >= 0.95 * streams,
        "%s for %s in %d of %d streams, seeds from 0".formatted(right, candidate, count, streams));
  }

  private static boolean comesTo(
      Verdict verdict, Candidate candidate, double level, int samples, int every, long seed) {
    var budget = new ErrorBudget(level, level, 1);
    var effort = new Effort(20, 1, samples, Duration.ofDays(1));
    var analysis = new StepAnalysis(LIMITS, budget, effort, Exposure.CANARY, 1);
    var stream = new Stream(candidate, seed);
    for (var n = 1; n <= samples; n++) {
      stream.next();
      if (n % every == 0 && analysis.judge(stream.evidence()).verdict() == verdict) {
        return true;
      }
    }
    return false;
  }

  /** Runs of both arms: times are log-normal, flips independent. */
  private static final class Stream {

    private final Candidate candidate;
    private final SplittableRandom random;
    private final Arms<Sketch> latency =
        new Arms<>(Sketch.of(Sketch.Scale.NANOS), Sketch.of(Sketch.Scale.NANOS));
    private CappedMean stableCpu = CappedMean.cappedAt(8e6);
    private CappedMean candidateCpu = stableCpu;
    private Rate flips = Rate.NONE;

    Stream(Candidate candidate, long seed) {
      this.candidate = candidate;
      this.random = new SplittableRandom(seed);
    }

    void next() {
      latency.stable().record(5e6 * spread());
      latency.candidate().record(5e6 * candidate.slower() * spread());
      stableCpu = stableCpu.plus(1e6 * spread());
      candidateCpu = candidateCpu.plus(1e6 * candidate.thirstier() * spread());
      flips = flips.plus(random.nextDouble() < candidate.flips());
    }

    Evidence evidence() {
      return new Evidence(
          Duration.ZERO,
          new Evidence.Sessions(9, 9),
          latency,
          new Arms<>(stableCpu, candidateCpu),
          List.of(new TensorFigures("logits", Map.of(), Map.of(Metric.TOP1_FLIPS, flips))),
          Rate.NONE,
          List.of());
    }

    private double spread() {
      return Math.exp(0.25 * random.nextGaussian());
    }
  }
}
