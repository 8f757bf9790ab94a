package dev.weft.bench.rollout;

import dev.weft.supervisor.gate.Verdict;

/** One rollout in virtual time, from the shadow to its end. */
final class SimulatedRollout {

  /** Virtual time a rollout may take at one step; a fixed threshold sets itself none. */
  private static final double STEP_SECONDS_MAX = 7 * 24 * 3_600.0;

  /** How it ended. */
  enum End {
    PROMOTED,
    ROLLED_BACK,
    /** No verdict came: it stays where it is until somebody says more. */
    PAUSED
  }

  /**
   * What became of it.
   *
   * @param step where it ended
   * @param exposure share of the traffic, from start to end, that the candidate answered
   * @param seconds virtual ones
   */
  record Outcome(Variant variant, End end, int step, double exposure, double seconds) {}

  private SimulatedRollout() {}

  static Outcome run(Variant variant, Judge.Kind kind, long seed) {
    var traffic = new Traffic(variant, seed);
    for (var i = 0; i < Terms.STEPS.size(); i++) {
      var end = atStep(i, traffic, kind);
      if (end != End.PROMOTED) {
        return outcome(variant, end, i, traffic);
      }
    }
    return outcome(variant, End.PROMOTED, Terms.STEPS.size() - 1, traffic);
  }

  /** PROMOTED means here: to the next step. */
  private static End atStep(int index, Traffic traffic, Judge.Kind kind) {
    var step = Terms.STEPS.get(index);
    var began = traffic.now();
    var judge = kind.at(step, began);
    while (traffic.now() - began < STEP_SECONDS_MAX) {
      traffic.session(step, judge.gathered());
      var verdict = judge.verdict(traffic.now());
      if (verdict == Verdict.PASS) {
        return End.PROMOTED;
      }
      if (verdict == Verdict.FAIL) {
        return End.ROLLED_BACK;
      }
      if (verdict == Verdict.INCONCLUSIVE) {
        return End.PAUSED;
      }
    }
    return End.PAUSED;
  }

  private static Outcome outcome(Variant variant, End end, int step, Traffic traffic) {
    var exposure = (double) traffic.answered() / Math.max(1, traffic.frames());
    return new Outcome(variant, end, step, exposure, traffic.now());
  }
}
