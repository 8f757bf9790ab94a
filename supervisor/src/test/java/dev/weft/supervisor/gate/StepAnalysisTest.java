package dev.weft.supervisor.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.supervisor.comparison.Fault;
import dev.weft.supervisor.comparison.FrameReference;
import dev.weft.supervisor.comparison.Metric;
import dev.weft.supervisor.comparison.TensorFigures;
import dev.weft.supervisor.gate.Evidence.Arms;
import dev.weft.supervisor.gate.Evidence.Sessions;
import dev.weft.supervisor.sketch.CappedMean;
import dev.weft.supervisor.sketch.Rate;
import dev.weft.supervisor.sketch.Sketch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StepAnalysisTest {

  private static final Effort EFFORT = new Effort(500, 10, 20_000, Duration.ofHours(1));
  private static final ErrorBudget BUDGET = new ErrorBudget(0.001, 0.005, 6);
  private static final Limits LIMITS =
      Limits.of(
          new Limit.TailLatency(0.95, 1.25),
          new Limit.CpuTime(1.1),
          new Limit.Changes("logits", Metric.TOP1_FLIPS, 0.02));

  @Test
  void passesACandidateThatIsWithinAllLimits() {
    var verdict = analysis(Exposure.CANARY).judge(evidence(5_000, 1, 0.9, 0.002));

    assertEquals(Verdict.PASS, verdict.verdict(), verdict.sentence());
    assertEquals("3 gates passed", verdict.sentence());
    for (var gate : verdict.gates()) {
      assertTrue(
          gate.lower() <= gate.estimate() && gate.estimate() <= gate.upper(), gate.sentence());
    }
  }

  @Test
  void failsASlowOneOnItsTail() {
    var verdict = analysis(Exposure.CANARY).judge(evidence(3_000, 1.6, 0.9, 0.002));

    assertEquals(Verdict.FAIL, verdict.verdict());
    assertTrue(verdict.sentence().startsWith("tail latency, p95 ratio: "), verdict.sentence());
  }

  @Test
  void failsAThirstyOneOnItsProcessorTime() {
    var verdict = analysis(Exposure.SHADOW).judge(evidence(3_000, 1, 1.5, 0.002));

    assertEquals(Verdict.FAIL, verdict.verdict());
    assertTrue(verdict.sentence().startsWith("cpu, mean ratio: "), verdict.sentence());
  }

  @Test
  void failsOneThatFlipsBeforeTheLeastEvidenceIsThere() {
    var verdict = analysis(Exposure.SHADOW).judge(evidence(200, 1, 0.9, 0.3));

    assertEquals(Verdict.FAIL, verdict.verdict(), verdict.sentence());
    assertTrue(verdict.sentence().contains("top1-flips of 'logits'"), verdict.sentence());
  }

  @Test
  void waitsForTheLeastEvidenceHoweverLongItTakes() {
    var few = evidence(400, 1, 0.9, 0);
    var late = at(few, Duration.ofDays(9));

    var verdict = analysis(Exposure.SHADOW).judge(late);

    assertEquals(Verdict.INSUFFICIENT, verdict.verdict());
    assertTrue(
        verdict.sentence().contains("waits for 500 samples of 10 sessions"), verdict.sentence());
  }

  @Test
  void doesNotPassOnFramesOfOneSession() {
    var all = evidence(5_000, 1, 0.9, 0);
    var one =
        new Evidence(
            all.elapsed(),
            new Sessions(40, 1),
            all.latency(),
            all.cpu(),
            all.tensors(),
            all.failedRuns(),
            List.of());

    assertEquals(Verdict.INSUFFICIENT, analysis(Exposure.CANARY).judge(one).verdict());
  }

  @Test
  void countsSessionsOfTheStableVariantOnlyWhileBothAnswer() {
    var all = evidence(5_000, 1, 0.9, 0);
    var one =
        new Evidence(
            all.elapsed(),
            new Sessions(1, 40),
            all.latency(),
            all.cpu(),
            all.tensors(),
            all.failedRuns(),
            List.of());

    assertEquals(Verdict.INSUFFICIENT, analysis(Exposure.CANARY).judge(one).verdict());
    assertEquals(Verdict.PASS, analysis(Exposure.WHOLE).judge(one).verdict());
    assertEquals(Verdict.PASS, analysis(Exposure.SHADOW).judge(one).verdict());
  }

  @Test
  void isInconclusiveOnlyWhenTimeOrSamplesAreUsedUp() {
    var borderline = evidence(3_000, 1, 0.9, 0.02);

    assertEquals(Verdict.INSUFFICIENT, analysis(Exposure.SHADOW).judge(borderline).verdict());
    var late = at(borderline, Duration.ofHours(1));
    assertEquals(Verdict.INCONCLUSIVE, analysis(Exposure.SHADOW).judge(late).verdict());
    var many = evidence(20_000, 1, 0.9, 0.02);
    assertEquals(Verdict.INCONCLUSIVE, analysis(Exposure.SHADOW).judge(many).verdict());
  }

  @Test
  void oneFaultFailsAtOnceAndIsNamed() {
    var good = evidence(5_000, 1, 0.9, 0);
    var fault =
        new Fault(Fault.Kind.NOT_FINITE, "logits", new FrameReference("a", 2, 9), "NaN at 3");
    var bad =
        new Evidence(
            good.elapsed(),
            good.sessions(),
            good.latency(),
            good.cpu(),
            good.tensors(),
            good.failedRuns(),
            List.of(fault));

    var verdict = analysis(Exposure.CANARY).judge(bad);

    assertEquals(Verdict.FAIL, verdict.verdict());
    assertEquals("NOT_FINITE in 'logits' of frame a/2/9: NaN at 3", verdict.sentence());
  }

  @Test
  void nothingIsInsufficientAndNotAPass() {
    var verdict = analysis(Exposure.CANARY).judge(Evidence.none(8e6));

    assertEquals(Verdict.INSUFFICIENT, verdict.verdict());
    assertTrue(Double.isNaN(verdict.gates().getFirst().estimate()));
  }

  @Test
  void holdsLatencyOnlyAgainstConcurrentTraffic() {
    var slow = evidence(3_000, 9, 0.9, 0);

    assertEquals(2, analysis(Exposure.SHADOW).judge(slow).gates().size());
    assertEquals(2, analysis(Exposure.WHOLE).judge(slow).gates().size());
    assertEquals(Verdict.FAIL, analysis(Exposure.CANARY).judge(slow).verdict());
  }

  @Test
  void aRepeatedAttemptMustShowMore() {
    var first = new StepAnalysis(LIMITS, BUDGET, EFFORT, Exposure.CANARY, 1);
    var fifth = new StepAnalysis(LIMITS, BUDGET, EFFORT, Exposure.CANARY, 5);
    var evidence = evidence(3_000, 1, 0.9, 0.005);

    var sharper = first.judge(evidence).gates().getLast();
    var wider = fifth.judge(evidence).gates().getLast();

    assertTrue(sharper.upper() < wider.upper() && wider.lower() < sharper.lower());
  }

  @Test
  void allAttemptsTogetherSpendNoMoreThanTheBudget() {
    var pass = 0.0;
    var fail = 0.0;
    for (var attempt = 1; attempt < 60; attempt++) {
      pass += BUDGET.toPass(attempt);
      fail += 6 * 3 * BUDGET.toFail(3, attempt);
    }
    assertTrue(pass <= 0.001 * (1 + 1e-12) && fail <= 0.005 * (1 + 1e-12), pass + ", " + fail);
  }

  @Test
  void refusesLimitsThatCannotBeHeld() {
    assertThrows(IllegalArgumentException.class, () -> new Limit.TailLatency(1, 1.2));
    assertThrows(IllegalArgumentException.class, () -> new Limit.CpuTime(Double.NaN));
    var thrown =
        assertThrows(
            IllegalArgumentException.class, () -> new Limit.Changes("y", Metric.MAX_ABS, 0.1));
    assertEquals("metric: max-abs, a DISTANCE (expected: a SHARE)", thrown.getMessage());
    var twice =
        assertThrows(
            IllegalArgumentException.class,
            () -> Limits.of(new Limit.CpuTime(1), new Limit.CpuTime(2)));
    assertEquals("limits: cpu, mean ratio twice (expected: once)", twice.getMessage());
  }

  private static StepAnalysis analysis(Exposure exposure) {
    return new StepAnalysis(LIMITS, BUDGET, EFFORT, exposure, 1);
  }

  private static Evidence at(Evidence evidence, Duration elapsed) {
    return new Evidence(
        elapsed,
        evidence.sessions(),
        evidence.latency(),
        evidence.cpu(),
        evidence.tensors(),
        evidence.failedRuns(),
        evidence.faults());
  }

  private static Evidence evidence(int samples, double slower, double thirstier, double flips) {
    var random = new SplittableRandom(11);
    var latency = new Arms<>(Sketch.of(Sketch.Scale.NANOS), Sketch.of(Sketch.Scale.NANOS));
    var stable = CappedMean.cappedAt(8e6);
    var candidate = stable;
    for (var i = 0; i < samples; i++) {
      latency.stable().record(5e6 * Math.exp(0.2 * random.nextGaussian()));
      latency.candidate().record(5e6 * slower * Math.exp(0.2 * random.nextGaussian()));
      stable = stable.plus(1e6 * Math.exp(0.2 * random.nextGaussian()));
      candidate = candidate.plus(1e6 * thirstier * Math.exp(0.2 * random.nextGaussian()));
    }
    var flipped = new Rate(Math.round(flips * samples), samples);
    return new Evidence(
        Duration.ofMinutes(5),
        new Sessions(40, 40),
        latency,
        new Arms<>(stable, candidate),
        List.of(new TensorFigures("logits", Map.of(), Map.of(Metric.TOP1_FLIPS, flipped))),
        new Rate(0, samples),
        List.of());
  }
}
