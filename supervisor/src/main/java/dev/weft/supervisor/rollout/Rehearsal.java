package dev.weft.supervisor.rollout;

import dev.weft.supervisor.gate.Verdict;
import dev.weft.supervisor.rollout.RolloutState.Phase;
import java.time.Instant;

/**
 * A rollout without nodes, journal or clock: the decisions of {@link RolloutState}, applied as they
 * are made. For simulations that bring traffic and judgements of their own.
 *
 * <p>Confined to one thread.
 */
public final class Rehearsal {

  private static final long EPOCH = 1;

  private RolloutState state = RolloutState.none();

  private Rehearsal() {}

  /** A rollout whose candidate is loaded and whose first step has begun. */
  public static Rehearsal begun(RolloutPlan plan, String stable, Instant now) {
    var rehearsal = new Rehearsal();
    rehearsal.require(rehearsal.state.start(plan, stable, now));
    rehearsal.require(rehearsal.state.take(EPOCH, now));
    rehearsal.require(rehearsal.state.loading(EPOCH, now));
    rehearsal.require(rehearsal.state.loaded(EPOCH, now));
    return rehearsal;
  }

  public Phase phase() {
    return state.phase();
  }

  /** Where it is, or was last. */
  public Course course() {
    return state.course().orElseThrow();
  }

  /**
   * The share of traffic the candidate has.
   *
   * @throws java.util.NoSuchElementException if the rollout is over
   */
  public Traffic.Trial trial() {
    return state.traffic().trial().orElseThrow();
  }

  /**
   * Takes a judgement of the present step into account, as the machine does.
   *
   * @return whether anything follows from it; not while there is time left to gather evidence, or a
   *     passed step's dwell time is not over
   */
  public boolean judge(Judgement judgement, Instant now) {
    var course = course();
    var decision = state.judge(EPOCH, course.step(), course.attempt(), judgement, now);
    if (decision instanceof RolloutDecision.Accept accepted) {
      apply(accepted);
      return true;
    }
    return false;
  }

  /** The same of a verdict without figures. */
  public boolean judge(Verdict verdict, Instant now) {
    return judge(Judgement.bare(verdict, "as simulated"), now);
  }

  private void require(RolloutDecision decision) {
    switch (decision) {
      case RolloutDecision.Accept accepted -> apply(accepted);
      case RolloutDecision.Refuse(var refusal, var why) ->
          throw new IllegalArgumentException("%s: %s".formatted(refusal, why));
    }
  }

  private void apply(RolloutDecision.Accept accepted) {
    accepted.events().forEach(event -> state = state.on(event));
  }
}
