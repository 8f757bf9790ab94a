package dev.weft.supervisor.rollout;

import static dev.weft.supervisor.rollout.RolloutDecision.accept;
import static dev.weft.supervisor.rollout.RolloutDecision.refuse;

import dev.weft.supervisor.gate.Verdict;
import dev.weft.supervisor.rollout.Course.Load;
import dev.weft.supervisor.rollout.RolloutEvent.Cause;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * All that is kept of the rollouts of one stage. Immutable; what is asked of it is answered with a
 * {@link RolloutDecision}, and events always apply. Asking the same again changes nothing and is
 * accepted.
 *
 * <p>Phases carry the names of Argo Rollouts. Whoever commands carries an epoch: one lower than the
 * last controller's is refused, so that of two controllers only the later can act.
 *
 * @param course empty before the first rollout
 * @param epoch of the controller in charge; 0 before there was one
 * @param current the variant that was promoted last and not taken back; empty for what the
 *     manifests say
 * @param crashes processes that ended while they loaded or ran a candidate, by its digest
 * @param denied why a candidate is not loaded again, by its digest
 * @param past the last {@value #PAST_MAX} rollouts that are over, oldest first
 */
public record RolloutState(
    Phase phase,
    Optional<Course> course,
    long epoch,
    Optional<String> current,
    Map<String, Integer> crashes,
    Map<String, String> denied,
    List<Past> past) {

  static final int PAST_MAX = 50;

  /** Times a step may begin; each halves the error it may make, so a later one could not pass. */
  static final int ATTEMPTS_MAX = 8;

  /** How far the last rollout is. */
  public enum Phase {
    /** There was none. */
    NONE,
    PROGRESSING,
    PAUSED,
    /** Promoted, and held against what it replaced. */
    WATCHING,
    /** Promoted for good; {@link Past#outcome} tells whether the watch held it. */
    HEALTHY,
    /** Rolled back. */
    DEGRADED
  }

  public RolloutState {
    crashes = Map.copyOf(crashes);
    denied = Map.copyOf(denied);
    past = List.copyOf(past);
  }

  static RolloutState none() {
    return new RolloutState(
        Phase.NONE, Optional.empty(), 0, Optional.empty(), Map.of(), Map.of(), List.of());
  }

  /** The state after {@code event}. */
  RolloutState on(RolloutEvent event) {
    return RolloutFacts.after(this, event);
  }

  /** Whether a rollout is under way. */
  public boolean isActive() {
    return isBeforePromotion() || phase == Phase.WATCHING;
  }

  boolean isBeforePromotion() {
    return phase == Phase.PROGRESSING || phase == Phase.PAUSED;
  }

  /** What the stage's traffic is to be. */
  public Traffic traffic() {
    return Traffic.of(this);
  }

  /** Somebody wants a candidate rolled out beside {@code stable}, which runs now. */
  RolloutDecision start(RolloutPlan plan, String stable, Instant now) {
    if (isActive()) {
      var under = course.orElseThrow();
      return under.plan().equals(plan)
          ? accept()
          : refuse(
              RolloutRefusal.UNDER_WAY,
              "rollout %d of stage '%s' to '%s' is under way (expected: none; abort it first)"
                  .formatted(under.number(), plan.stage(), under.plan().candidate()));
    }
    if (plan.candidate().equals(stable)) {
      return refuse(
          RolloutRefusal.INVALID,
          "candidate: '%s', which runs already (expected: another variant)".formatted(stable));
    }
    var denial = denied.get(plan.candidateDigest());
    if (denial != null) {
      return refuse(
          RolloutRefusal.DENIED,
          "candidate '%s' is denied: %s (expected: another artifact, or the denial lifted)"
              .formatted(plan.candidate(), denial));
    }
    var number = course.map(Course::number).orElse(0L) + 1;
    return accept(new RolloutEvent.Started(number, plan, stable, now));
  }

  /**
   * A controller takes charge, in a process of its own. What the one before was loading when it
   * ended is blamed for that.
   */
  RolloutDecision take(long newEpoch, Instant now) {
    if (newEpoch == epoch) {
      return accept();
    }
    if (newEpoch < epoch) {
      return stale(newEpoch);
    }
    var events = new ArrayList<RolloutEvent>();
    events.add(new RolloutEvent.ControllerTook(newEpoch, now));
    if (isActive() && course.orElseThrow().load() == Load.UNDER_WAY) {
      events.addAll(
          phase == Phase.WATCHING
              ? Blame.whileLoadingWhatIsWatched(course.orElseThrow(), now)
              : Blame.whileLoading(this, now));
    }
    return new RolloutDecision.Accept(events);
  }

  /** The controller is about to load the second variant. */
  RolloutDecision loading(long byEpoch, Instant now) {
    return inCharge(
        byEpoch,
        active ->
            switch (active.load()) {
              case NEEDED -> accept(new RolloutEvent.Loading(now));
              case UNDER_WAY, DONE -> accept();
            });
  }

  /** The second variant is loaded and has run. */
  RolloutDecision loaded(long byEpoch, Instant now) {
    return inCharge(
        byEpoch,
        active -> {
          if (active.load() == Load.DONE) {
            return accept();
          }
          if (active.load() == Load.NEEDED) {
            return notNow("nothing is being loaded");
          }
          var loaded = new RolloutEvent.Loaded(now);
          return phase == Phase.WATCHING ? accept(loaded) : anew(List.of(loaded), active, now);
        });
  }

  /** The controller has lost what attempt {@code attempt} gathered, as it was itself begun anew. */
  RolloutDecision lost(long byEpoch, int attempt, Instant now) {
    return inCharge(
        byEpoch,
        active ->
            phase == Phase.WATCHING || attempt != active.attempt()
                ? accept()
                : anew(List.of(), active, now));
  }

  /** The second variant cannot be loaded. */
  RolloutDecision notLoadable(long byEpoch, String why, Instant now) {
    return inCharge(
        byEpoch,
        _ ->
            phase == Phase.WATCHING
                ? accept(
                    new RolloutEvent.Completed(
                        insufficient("what it replaced cannot be loaded to watch it: " + why), now))
                : accept(new RolloutEvent.RolledBack(Cause.NOT_LOADABLE, why, now)));
  }

  /** The analysis of a step says something. */
  RolloutDecision judge(long byEpoch, int step, int attempt, Judgement judgement, Instant now) {
    return inCharge(
        byEpoch,
        active -> {
          if (phase == Phase.WATCHING || step != active.step() || attempt != active.attempt()) {
            return notNow("step %d, attempt %d is over".formatted(step, attempt));
          }
          var judged = new RolloutEvent.StepJudged(step, attempt, judgement, now);
          return switch (judgement.verdict()) {
            case FAIL -> Blame.failed(this, List.of(judged), judgement, Cause.GATE_FAILED, now);
            case PASS -> passed(active, judged, now);
            case INCONCLUSIVE -> inconclusive(active, judged, now);
            case INSUFFICIENT ->
                hasPassed(active.since(), active.plan().giveUpAfter(), now)
                    ? inconclusive(active, judged, now)
                    : notNow("there is time left to gather evidence");
          };
        });
  }

  private RolloutDecision passed(Course active, RolloutEvent.StepJudged judged, Instant now) {
    if (phase == Phase.PAUSED) {
      return notNow("paused: " + active.pausedBecause());
    }
    if (!hasPassed(active.since(), active.now().dwell(), now)) {
      return notNow("the step's dwell time is not over");
    }
    if (active.plan().isLast(active.step())) {
      return promotion(List.of(judged), active, "", now);
    }
    return begin(List.of(judged), active.step() + 1, 1, now);
  }

  private RolloutDecision inconclusive(Course active, RolloutEvent.StepJudged judged, Instant now) {
    if (phase == Phase.PAUSED) {
      return notNow("paused: " + active.pausedBecause());
    }
    var why = judged.judgement().whyUndecided();
    return switch (active.plan().whenInconclusive()) {
      case PAUSE -> accept(judged, new RolloutEvent.Paused(why, now));
      case ROLL_BACK -> accept(judged, new RolloutEvent.RolledBack(Cause.INCONCLUSIVE, why, now));
    };
  }

  /** The watch over what was promoted says something. */
  RolloutDecision watched(long byEpoch, Judgement judgement, Instant now) {
    return inCharge(
        byEpoch,
        active -> {
          if (phase != Phase.WATCHING) {
            return notNow("nothing is watched");
          }
          if (judgement.verdict() == Verdict.FAIL) {
            return Blame.failed(this, List.of(), judgement, Cause.DRIFTED, now);
          }
          return hasPassed(active.since(), active.plan().watch().lasts(), now)
              ? accept(new RolloutEvent.Completed(judgement, now))
              : notNow("the watch is not over");
        });
  }

  /** Somebody wants it to stay where it is. */
  RolloutDecision pause(String why, Instant now) {
    return switch (phase) {
      case PROGRESSING -> accept(new RolloutEvent.Paused(why, now));
      case PAUSED -> accept();
      case NONE, WATCHING, HEALTHY, DEGRADED -> notNow("nothing to pause");
    };
  }

  /** Somebody wants it to go on; the step gathers its evidence anew. */
  RolloutDecision resume(Instant now) {
    return switch (phase) {
      case PAUSED -> {
        var active = course.orElseThrow();
        var resumed = new RolloutEvent.Resumed(now);
        yield active.load() == Load.DONE
            ? begin(List.of(resumed), active.step(), active.attempt() + 1, now)
            : accept(resumed);
      }
      case PROGRESSING -> accept();
      case NONE, WATCHING, HEALTHY, DEGRADED -> notNow("nothing to resume");
    };
  }

  /** Somebody wants the stable variant back. */
  RolloutDecision abort(String why, Instant now) {
    return isActive()
        ? accept(new RolloutEvent.RolledBack(Cause.ABORTED, why, now))
        : phase == Phase.DEGRADED ? accept() : notNow("nothing to abort");
  }

  /** Somebody wants back what the last rollout replaced, whether that is over or not. */
  RolloutDecision undo(String why, Instant now) {
    return phase == Phase.HEALTHY
        ? accept(new RolloutEvent.RolledBack(Cause.ABORTED, why, now))
        : phase == Phase.NONE ? notNow("nothing to undo") : abort(why, now);
  }

  /**
   * Somebody wants the candidate in place at once.
   *
   * @param risk why that is right without the evidence
   */
  RolloutDecision promote(String risk, Instant now) {
    if (!isBeforePromotion()) {
      return phase == Phase.WATCHING ? accept() : notNow("nothing to promote");
    }
    if (risk.isBlank()) {
      return refuse(
          RolloutRefusal.NO_EVIDENCE,
          ("at step '%s' the evidence is not complete (expected: all steps passed, or the risk"
                  + " accepted with a reason)")
              .formatted(course.orElseThrow().now().label()));
    }
    var active = course.orElseThrow();
    return active.load() == Load.DONE
        ? promotion(List.of(), active, risk, now)
        : notNow("the candidate is not loaded yet");
  }

  private static RolloutDecision promotion(
      List<RolloutEvent> before, Course active, String risk, Instant now) {
    var events = new ArrayList<>(before);
    events.add(new RolloutEvent.Promoted(risk, now));
    if (active.plan().watch().lasts().isZero()) {
      events.add(
          new RolloutEvent.Completed(
              insufficient(
                  "the watch is off: what was promoted is not held against what it replaced"),
              now));
    }
    return new RolloutDecision.Accept(events);
  }

  /** Somebody lets a denied candidate be tried again. */
  RolloutDecision lift(String digest, String why, Instant now) {
    return denied.containsKey(digest)
        ? accept(new RolloutEvent.DenialLifted(digest, why, now))
        : accept();
  }

  /**
   * The step begins anew after {@code before}: its evidence is lost. One that is paused stays so,
   * and goes on gathering, as whoever the candidate answers is to be safe.
   */
  private RolloutDecision anew(List<RolloutEvent> before, Course active, Instant now) {
    var isPaused = phase == Phase.PAUSED;
    if (isPaused && (active.attempt() == 0 || active.attempt() >= ATTEMPTS_MAX)) {
      return new RolloutDecision.Accept(before);
    }
    return begin(before, active.step(), active.attempt() + 1, now);
  }

  private static RolloutDecision begin(
      List<RolloutEvent> before, int step, int attempt, Instant now) {
    var events = new ArrayList<>(before);
    events.add(
        attempt > ATTEMPTS_MAX
            ? new RolloutEvent.Paused(
                "the step began %d times without a verdict".formatted(attempt - 1), now)
            : new RolloutEvent.StepEntered(step, attempt, now));
    return new RolloutDecision.Accept(events);
  }

  private RolloutDecision inCharge(long byEpoch, Function<Course, RolloutDecision> decision) {
    if (byEpoch != epoch) {
      return stale(byEpoch);
    }
    return isActive() ? decision.apply(course.orElseThrow()) : notNow("nothing is under way");
  }

  private RolloutDecision stale(long byEpoch) {
    return refuse(
        RolloutRefusal.STALE_EPOCH,
        "epoch: %d (expected: %d, the controller's in charge)".formatted(byEpoch, epoch));
  }

  private RolloutDecision notNow(String why) {
    return refuse(RolloutRefusal.NOT_NOW, "%s (phase %s)".formatted(why, phase));
  }

  private static boolean hasPassed(Instant since, Duration time, Instant now) {
    return !now.isBefore(since.plus(time));
  }

  private static Judgement insufficient(String why) {
    return new Judgement(
        Verdict.INSUFFICIENT, List.of(), new Judgement.Frames(0, 0, 0, 0), List.of(), why);
  }
}
