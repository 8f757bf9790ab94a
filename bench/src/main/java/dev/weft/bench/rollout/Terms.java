package dev.weft.bench.rollout;

import dev.weft.supervisor.comparison.Metric;
import dev.weft.supervisor.gate.Effort;
import dev.weft.supervisor.gate.ErrorBudget;
import dev.weft.supervisor.gate.Exposure;
import dev.weft.supervisor.gate.Limit;
import dev.weft.supervisor.gate.Limits;
import dev.weft.supervisor.rollout.RolloutPlan;
import dev.weft.supervisor.rollout.RolloutPlan.Step;
import java.time.Duration;
import java.util.List;

/** What every simulated rollout is asked to keep to: limits, steps, evidence. */
final class Terms {

  static final String OUTPUT = "scores";
  static final double LATENCY_MAX = 1.2;
  static final double CPU_MAX = 1.15;
  static final double FLIPS_MAX = 0.02;
  static final double FAR_BOUND = 0.1;
  static final double FAR_MAX = 0.05;

  static final Limits LIMITS =
      Limits.of(
          new Limit.TailLatency(0.95, LATENCY_MAX),
          new Limit.CpuTime(CPU_MAX),
          new Limit.Changes(OUTPUT, Metric.TOP1_FLIPS, FLIPS_MAX),
          new Limit.FarFrames(OUTPUT, Metric.RELATIVE_L2, FAR_BOUND, FAR_MAX),
          new Limit.FailedRuns(0.01));

  /** Part of frames that both arms run once the candidate answers some, of 10,000. */
  static final int COMPARED = 5_000;

  /** Shadow, 1, 5, 25, 50 and 100 %. */
  static final List<Step> STEPS =
      List.of(
          step(0, RolloutPlan.WHOLE),
          step(100, COMPARED),
          step(500, COMPARED),
          step(2_500, COMPARED),
          step(5_000, COMPARED),
          step(RolloutPlan.WHOLE, COMPARED));

  static final ErrorBudget BUDGET = new ErrorBudget(0.001, 0.005, STEPS.size());
  static final Effort EFFORT = new Effort(500, 10, 20_000, Duration.ofHours(24));

  private Terms() {}

  /**
   * A rollout to what is called {@code candidate}.
   *
   * @param name of the stage: simulated rollouts share out sessions by it, each in its own way
   */
  static RolloutPlan plan(String name) {
    return new RolloutPlan(
        name,
        "candidate",
        "simulated",
        STEPS,
        EFFORT.dwellMax(),
        RolloutPlan.Inconclusive.PAUSE,
        new RolloutPlan.Watch(Duration.ZERO, 0),
        "");
  }

  static Exposure exposure(int answers) {
    if (answers == 0) {
      return Exposure.SHADOW;
    }
    return answers == RolloutPlan.WHOLE ? Exposure.WHOLE : Exposure.CANARY;
  }

  private static Step step(int answers, int compared) {
    return new Step(answers, compared, Duration.ofMinutes(10));
  }
}
