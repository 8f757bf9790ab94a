package dev.weft.bench.rollout;

import dev.weft.supervisor.rollout.Rehearsal;
import dev.weft.supervisor.rollout.RolloutState.Phase;
import java.time.Instant;

/**
 * One rollout in virtual time, from the shadow to its end: the steps, shares and decisions are
 * those of the machine that carries out rollouts.
 */
final class SimulatedRollout {

  private static final double MILLIS = 1e3;

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
    var traffic = new VirtualTraffic(variant, seed);
    var rollout = Rehearsal.begun(Terms.plan("simulated-" + seed), "stable", at(traffic));
    while (rollout.phase() == Phase.PROGRESSING) {
      attempt(rollout, traffic, kind);
    }
    var end =
        switch (rollout.phase()) {
          case WATCHING, HEALTHY -> End.PROMOTED;
          case DEGRADED -> End.ROLLED_BACK;
          case PAUSED -> End.PAUSED;
          case NONE, PROGRESSING -> throw new IllegalStateException("no end of " + variant);
        };
    var exposure = (double) traffic.answered() / Math.max(1, traffic.frames());
    return new Outcome(variant, end, rollout.course().step(), exposure, traffic.now());
  }

  /** Until something follows from a judgement of the present step. */
  private static void attempt(Rehearsal rollout, VirtualTraffic traffic, Judge.Kind kind) {
    var trial = rollout.trial();
    var exposure = Terms.exposure(trial.answers());
    var judge = kind.at(exposure, rollout.course().attempt(), traffic.now());
    var isOver = false;
    while (!isOver) {
      traffic.session(trial, judge.gathered());
      isOver = rollout.judge(judge.verdict(traffic.now()), at(traffic));
    }
  }

  private static Instant at(VirtualTraffic traffic) {
    return Instant.ofEpochMilli(Math.round(traffic.now() * MILLIS));
  }
}
