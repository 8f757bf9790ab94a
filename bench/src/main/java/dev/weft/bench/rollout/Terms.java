package dev.weft.bench.rollout;

import dev.weft.fabric.routing.TrialShare;
import dev.weft.supervisor.comparison.Metric;
import dev.weft.supervisor.gate.Effort;
import dev.weft.supervisor.gate.ErrorBudget;
import dev.weft.supervisor.gate.Exposure;
import dev.weft.supervisor.gate.Limit;
import dev.weft.supervisor.gate.Limits;
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

  /** Shadow, 1, 5, 25, 50 and 100 %. */
  static final List<Step> STEPS =
      List.of(
          new Step(0),
          new Step(100),
          new Step(500),
          new Step(2_500),
          new Step(5_000),
          new Step(TrialShare.WHOLE));

  static final ErrorBudget BUDGET = new ErrorBudget(0.001, 0.005, STEPS.size());
  static final Effort EFFORT = new Effort(500, 10, 20_000, Duration.ofHours(24));

  /**
   * One step.
   *
   * @param answers of {@link TrialShare#WHOLE}, the part of sessions the candidate answers
   */
  record Step(int answers) {

    /** Of {@link TrialShare#WHOLE}, the part of the candidate's frames that both arms run. */
    static final int COMPARED = 5_000;

    Exposure exposure() {
      if (answers == 0) {
        return Exposure.SHADOW;
      }
      return answers == TrialShare.WHOLE ? Exposure.WHOLE : Exposure.CANARY;
    }
  }

  private Terms() {}
}
