package dev.weft.supervisor.rollout;

import dev.weft.supervisor.gate.GateResult;
import dev.weft.supervisor.gate.Kpi;
import dev.weft.supervisor.gate.Verdict;
import java.time.Duration;
import java.util.List;

/** Plans and judgements for tests. */
final class Plans {

  static final String STABLE = "fp32";
  static final String CANDIDATE = "int8";

  private Plans() {}

  /** Shadow, 1 %, 25 %, 100 %, each for ten seconds at least, and a watch of a minute. */
  static RolloutPlan plan() {
    return plan(RolloutPlan.Inconclusive.PAUSE, Duration.ofMinutes(1));
  }

  static RolloutPlan plan(RolloutPlan.Inconclusive inconclusive, Duration watch) {
    var dwell = Duration.ofSeconds(10);
    return new RolloutPlan(
        "minilm",
        CANDIDATE,
        "ab".repeat(32),
        List.of(
            new RolloutPlan.Step(0, 10_000, dwell),
            new RolloutPlan.Step(100, 10_000, dwell),
            new RolloutPlan.Step(2_500, 5_000, dwell),
            new RolloutPlan.Step(10_000, 500, dwell)),
        Duration.ofMinutes(5),
        inconclusive,
        new RolloutPlan.Watch(watch, 500),
        "rollout: minilm\n");
  }

  static Judgement judgement(Verdict verdict) {
    return new Judgement(
        verdict,
        List.of(
            new GateResult(
                Kpi.CPU, "mean ratio", 1.01, 0.98, 1.04, 1.1, 4_000, verdict, "cpu is fine"),
            new GateResult(
                Kpi.SHADOW_ERROR, "js of 'y'", 0.01, 0, 0.02, 0.05, 900, verdict, "js is fine")),
        new Judgement.Frames(4_000, 40, 900, 12),
        List.of("cam:17", "99"),
        "as a test says: " + verdict);
  }
}
