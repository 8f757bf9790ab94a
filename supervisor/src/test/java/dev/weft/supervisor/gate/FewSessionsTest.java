package dev.weft.supervisor.gate;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.supervisor.gate.Evidence.Arms;
import dev.weft.supervisor.gate.Evidence.Sessions;
import dev.weft.supervisor.sketch.ConcurrentLevel;
import dev.weft.supervisor.sketch.Sketch;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Latency of two variants whose traffic is a few sessions without an end, such as cameras, on a
 * machine whose load triples and falls again. Frames are drawn one by one, sessions are alike.
 */
class FewSessionsTest {

  private static final double LIMIT = 1.2;
  private static final double LEVEL = 0.1;
  private static final int STREAMS = 200;
  private static final int SWING_FRAMES = 5_000;

  @Test
  void aCandidateAtItsLimitIsSeldomFailedAndSeldomPassed() {
    for (var cameras : new int[] {1, 2, 4}) {
      assertSeldom(Verdict.FAIL, cameras, LIMIT * 0.999);
      assertSeldom(Verdict.PASS, cameras, LIMIT * 1.001);
    }
  }

  @Test
  void aFastCandidatePassesWithinAThousandFramesOfEachArm() {
    var passed = 0;
    for (var seed = 0; seed < STREAMS; seed++) {
      passed += comesTo(Verdict.PASS, 1, 0.8, 1_000, seed) ? 1 : 0;
    }
    assertTrue(
        passed >= 0.95 * STREAMS,
        "%d of %d passed, seeds from 0 (expected: 95 %%)".formatted(passed, STREAMS));
  }

  private static void assertSeldom(Verdict wrong, int cameras, double slower) {
    var count = 0;
    for (var seed = 0; seed < STREAMS; seed++) {
      count += comesTo(wrong, cameras, slower, 2_000, seed) ? 1 : 0;
    }
    assertTrue(
        count <= LEVEL * STREAMS,
        "%s at %s with %d sessions in %d of %d streams, seeds from 0"
            .formatted(wrong, slower, cameras, count, STREAMS));
  }

  /**
   * @param cameras of each arm
   * @param slower the candidate's latency, as a multiple
   * @param frames of each arm
   */
  private static boolean comesTo(
      Verdict verdict, int cameras, double slower, int frames, long seed) {
    var random = new SplittableRandom(seed);
    var level = new ConcurrentLevel();
    var latency = new Arms<>(Sketch.of(Sketch.Scale.NANOS), Sketch.of(Sketch.Scale.NANOS));
    var analysis =
        new StepAnalysis(
            Limits.of(new Limit.TailLatency(0.95, LIMIT)),
            new ErrorBudget(LEVEL, LEVEL, 1),
            new Effort(100, 1, frames, Duration.ofDays(1)),
            Exposure.CANARY,
            1);
    // Where in the swing it begins is as random as the rest.
    var from = random.nextInt(SWING_FRAMES);
    for (var i = 1; i <= frames; i++) {
      var load = 2 + Math.sin(2 * Math.PI * (from + i) / SWING_FRAMES);
      var candidate = 5e6 * load * slower * spread(random);
      level.levelled(candidate).ifPresent(latency.candidate()::record);
      var stable = 5e6 * load * spread(random);
      level.levelled(stable).ifPresent(latency.stable()::record);
      level.add("camera-" + i % cameras, stable);
      if (i % 50 == 0 && analysis.judge(evidence(latency)).verdict() == verdict) {
        return true;
      }
    }
    return false;
  }

  private static Evidence evidence(Arms<Sketch> latency) {
    var none = Evidence.none(1);
    return new Evidence(
        Duration.ZERO,
        new Sessions(1, 1),
        latency,
        none.cpu(),
        List.of(),
        none.failedRuns(),
        List.of());
  }

  private static double spread(SplittableRandom random) {
    return Math.exp(0.25 * random.nextGaussian());
  }
}
