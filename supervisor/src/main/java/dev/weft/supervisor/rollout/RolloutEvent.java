package dev.weft.supervisor.rollout;

import java.time.Instant;

/** What happened to the rollouts of a stage. Facts: they always apply. */
public sealed interface RolloutEvent {

  Instant at();

  /**
   * A rollout began.
   *
   * @param number counts the rollouts of the stage from 1
   * @param stable the variant that runs now
   */
  record Started(long number, RolloutPlan plan, String stable, Instant at)
      implements RolloutEvent {}

  /** A controller took charge; commands of lower epochs are refused from now on. */
  record ControllerTook(long epoch, Instant at) implements RolloutEvent {}

  /** The candidate is about to be loaded; stored before it is. */
  record Loading(Instant at) implements RolloutEvent {}

  /** The candidate is loaded and has run. */
  record Loaded(Instant at) implements RolloutEvent {}

  /** A process ended while it loaded the candidate, or one of the candidate's own while it ran. */
  record CrashBlamed(String digest, Instant at) implements RolloutEvent {}

  /** A step began. */
  record StepEntered(int step, int attempt, Instant at) implements RolloutEvent {}

  /** A step came to a verdict. */
  record StepJudged(int step, int attempt, Judgement judgement, Instant at)
      implements RolloutEvent {}

  record Paused(String why, Instant at) implements RolloutEvent {}

  record Resumed(Instant at) implements RolloutEvent {}

  /**
   * The candidate is the stable variant from now on.
   *
   * @param risk why it was without the evidence; empty if there was
   */
  record Promoted(String risk, Instant at) implements RolloutEvent {}

  /** What was promoted held through its watch. */
  record Completed(Judgement judgement, Instant at) implements RolloutEvent {}

  /** The stable variant is alone again. */
  record RolledBack(Cause cause, String why, Instant at) implements RolloutEvent {}

  /** A variant is not to be loaded again, under whatever name. */
  record Denied(String digest, String why, Instant at) implements RolloutEvent {}

  /** Somebody let a denied variant be tried again. */
  record DenialLifted(String digest, String why, Instant at) implements RolloutEvent {}

  /** Why a rollout was taken back. */
  enum Cause {
    GATE_FAILED,
    INCONCLUSIVE,
    DRIFTED,
    CRASHED,
    NOT_LOADABLE,
    ABORTED
  }
}
