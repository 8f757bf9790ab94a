package dev.weft.supervisor.gate;

import java.util.ArrayList;

/**
 * Judges one attempt at a step of a rollout. May be asked after every frame: how often it is asked
 * changes none of the probabilities of {@link ErrorBudget}.
 *
 * <ul>
 *   <li>A fault fails at once.
 *   <li>A gate fails once its interval lies beyond the limit, however few samples there are: that
 *       is what its bound says, and a rollback is cheap.
 *   <li>It passes once the interval lies within the limit and the least evidence is there.
 *   <li>Otherwise it is insufficient until the most evidence is there or time is over, and then
 *       inconclusive; too little traffic to judge by stays insufficient for ever.
 *   <li>The step passes when all its gates do at the same time.
 * </ul>
 *
 * @param limits of the rollout
 * @param budget of the rollout
 * @param effort of the step
 * @param exposure of the step
 * @param attempt at the step, from 1
 */
public record StepAnalysis(
    Limits limits, ErrorBudget budget, Effort effort, Exposure exposure, int attempt) {

  /** How the step stands on {@code evidence}, which is all of this attempt's. */
  public StepVerdict judge(Evidence evidence) {
    var results = new ArrayList<GateResult>();
    evidence.faults().forEach(fault -> results.add(GateResult.failed(fault)));
    var measured = limits.at(exposure);
    var levels = new Gate.Levels(budget.toPass(attempt), budget.toFail(measured.size(), attempt));
    for (var limit : measured) {
      results.add(new Gate(limit, levels, effort, exposure).judge(evidence));
    }
    return StepVerdict.of(results);
  }
}
