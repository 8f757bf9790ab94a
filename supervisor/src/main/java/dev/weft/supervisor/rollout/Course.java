package dev.weft.supervisor.rollout;

import java.time.Instant;

/**
 * The rollout that is under way, or the last one.
 *
 * @param number counts the rollouts of the stage from 1
 * @param stable the variant that ran before it
 * @param step position among the plan's
 * @param attempt counts the times this step began; evidence is gathered anew each time
 * @param since when the step, or the watch, began
 * @param risk why it was promoted without evidence; empty if it was not
 * @param loads times the load of the second variant began since it last came to an end
 */
public record Course(
    long number,
    RolloutPlan plan,
    String stable,
    Load load,
    int step,
    int attempt,
    Instant startedAt,
    Instant since,
    String pausedBecause,
    String risk,
    int loads) {

  /** Whether the second variant is loaded in the process that is in charge. */
  public enum Load {
    NEEDED,
    UNDER_WAY,
    DONE
  }

  static Course begun(RolloutEvent.Started started) {
    return new Course(
        started.number(),
        started.plan(),
        started.stable(),
        Load.NEEDED,
        0,
        0,
        started.at(),
        started.at(),
        "",
        "",
        0);
  }

  /** Name of its trials, the same through all steps: who is in stays in. */
  public String trial() {
    return "%s#%d".formatted(plan.stage(), number);
  }

  /** The step it is at. */
  public RolloutPlan.Step now() {
    return plan.steps().get(step);
  }

  /** The load of its second variant begins. */
  Course loading() {
    return with(Load.UNDER_WAY, loads + 1);
  }

  /** It has come to its end. */
  Course loaded() {
    return with(Load.DONE, 0);
  }

  /** In a process that has nothing loaded. */
  Course unloaded() {
    return with(Load.NEEDED, loads);
  }

  private Course with(Load next, int begun) {
    return new Course(
        number, plan, stable, next, step, attempt, startedAt, since, pausedBecause, risk, begun);
  }

  Course at(int nextStep, int nextAttempt, Instant at) {
    return new Course(
        number,
        plan,
        stable,
        load,
        nextStep,
        nextAttempt,
        startedAt,
        at,
        pausedBecause,
        risk,
        loads);
  }

  Course paused(String why) {
    return new Course(
        number, plan, stable, load, step, attempt, startedAt, since, why, risk, loads);
  }

  Course promoted(String accepted, Instant at) {
    return new Course(
        number, plan, stable, load, step, attempt, startedAt, at, "", accepted, loads);
  }

  Past over(Past.Outcome outcome, String why, Instant at) {
    return over(outcome, now().label(), why, at);
  }

  /** After it had been promoted. */
  Past takenBack(String why, Instant at) {
    return over(Past.Outcome.DEGRADED, Past.WATCH, why, at);
  }

  private Past over(Past.Outcome outcome, String lastStep, String why, Instant at) {
    return new Past(
        number,
        stable,
        plan.candidate(),
        plan.candidateDigest(),
        outcome,
        lastStep,
        why,
        startedAt,
        at);
  }
}
