package dev.weft.supervisor.evidence;

import dev.weft.supervisor.gate.GateResult;
import dev.weft.supervisor.rollout.Course;
import dev.weft.supervisor.rollout.Judgement;
import dev.weft.supervisor.rollout.RolloutEvent;
import dev.weft.supervisor.rollout.RolloutPlan;
import dev.weft.supervisor.rollout.RolloutState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What entries say, field by field. */
final class Bodies {

  /** Kind of the first entry of a rollout. */
  static final String STARTED = "started";

  /** Kind of what a process notes that goes on with a rollout. */
  static final String CONTROLLER_TOOK = "controller-took";

  private Bodies() {}

  /** Name of an event's kind, such as {@code step-judged}. */
  static String kind(RolloutEvent event) {
    return switch (event) {
      case RolloutEvent.Started _ -> STARTED;
      case RolloutEvent.ControllerTook _ -> CONTROLLER_TOOK;
      case RolloutEvent.Loading _ -> "loading";
      case RolloutEvent.Loaded _ -> "loaded";
      case RolloutEvent.CrashBlamed _ -> "crash-blamed";
      case RolloutEvent.StepEntered _ -> "step-entered";
      case RolloutEvent.StepJudged _ -> "step-judged";
      case RolloutEvent.Paused _ -> "paused";
      case RolloutEvent.Resumed _ -> "resumed";
      case RolloutEvent.Promoted _ -> "promoted";
      case RolloutEvent.Completed _ -> "completed";
      case RolloutEvent.RolledBack _ -> "rolled-back";
      case RolloutEvent.Denied _ -> "denied";
      case RolloutEvent.DenialLifted _ -> "denial-lifted";
    };
  }

  /**
   * @param plan of the rollout it is of
   */
  static Map<String, Object> of(RolloutEvent event, RolloutPlan plan) {
    var body = new LinkedHashMap<String, Object>();
    switch (event) {
      case RolloutEvent.Started(var number, var started, var stable, _) ->
          body.putAll(beginning(number, started, stable));
      case RolloutEvent.ControllerTook(var epoch, _) -> body.put("epoch", epoch);
      case RolloutEvent.Loading _, RolloutEvent.Loaded _, RolloutEvent.Resumed _ -> {}
      case RolloutEvent.CrashBlamed(var digest, _) -> body.put("digest", digest);
      case RolloutEvent.StepEntered(var step, var attempt, _) -> {
        body.put("step", plan.steps().get(step).label());
        body.put("attempt", attempt);
      }
      case RolloutEvent.StepJudged(var step, var attempt, var judgement, _) -> {
        body.put("step", plan.steps().get(step).label());
        body.put("attempt", attempt);
        body.putAll(of(judgement));
      }
      case RolloutEvent.Paused(var why, _) -> body.put("why", why);
      case RolloutEvent.Promoted(var risk, _) -> {
        if (!risk.isEmpty()) {
          body.put("acceptedRisk", risk);
        }
      }
      case RolloutEvent.Completed(var judgement, _) -> body.putAll(of(judgement));
      case RolloutEvent.RolledBack(var cause, var why, _) -> {
        body.put("cause", cause.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        body.put("why", why);
      }
      case RolloutEvent.Denied(var digest, var why, _) -> {
        body.put("digest", digest);
        body.put("why", why);
      }
      case RolloutEvent.DenialLifted(var digest, var why, _) -> {
        body.put("digest", digest);
        body.put("why", why);
      }
    }
    return body;
  }

  /**
   * How a rollout stands for who takes charge of it: a process that was killed may have decided
   * something, in the journal, that it had not noted here.
   */
  static Map<String, Object> standing(RolloutState state, Course course) {
    var body = new LinkedHashMap<String, Object>();
    body.put("phase", state.phase().name());
    body.put("step", step(state, course));
    body.put("attempt", course.attempt());
    if (!state.isActive() && !state.past().isEmpty()) {
      body.put("outcome", state.past().getLast().outcome().name());
      body.put("why", state.past().getLast().why());
    }
    return body;
  }

  /** Label of the step that a rollout is at. */
  static String step(RolloutState state, Course course) {
    return state.phase() == RolloutState.Phase.WATCHING ? "watch" : course.now().label();
  }

  /** What a rollout is: the first entry of each of its files tells. */
  static Map<String, Object> beginning(long number, RolloutPlan plan, String stable) {
    var body = new LinkedHashMap<String, Object>();
    body.put("number", number);
    body.put("stage", plan.stage());
    body.put("stable", stable);
    body.put("candidate", plan.candidate());
    body.put("candidateDigest", plan.candidateDigest());
    body.put("steps", plan.steps().stream().map(RolloutPlan.Step::label).toList());
    body.put("manifest", plan.manifest());
    return body;
  }

  static Map<String, Object> of(Judgement judgement) {
    var body = new LinkedHashMap<String, Object>();
    body.put("verdict", judgement.verdict().name());
    body.put("why", judgement.why());
    var frames = new LinkedHashMap<String, Object>();
    frames.put("stable", judgement.frames().stable());
    frames.put("candidate", judgement.frames().candidate());
    frames.put("compared", judgement.frames().compared());
    frames.put("missed", judgement.frames().missed());
    frames.put("replayed", judgement.frames().replayed());
    body.put("frames", frames);
    body.put("gates", judgement.gates().stream().map(Bodies::gate).toList());
    body.put("worst", List.copyOf(judgement.worst()));
    if (!judgement.notes().isEmpty()) {
      body.put("notes", judgement.notes());
    }
    return body;
  }

  private static Map<String, Object> gate(GateResult gate) {
    var object = new LinkedHashMap<String, Object>();
    object.put("kpi", gate.kpi().word());
    object.put("metric", gate.metric());
    number(object, "estimate", gate.estimate());
    number(object, "lower", gate.lower());
    number(object, "upper", gate.upper());
    number(object, "limit", gate.limit());
    object.put("samples", gate.samples());
    object.put("verdict", gate.verdict().name());
    object.put("sentence", gate.sentence());
    return object;
  }

  /** Left out where there is none: JSON knows neither NaN nor infinity. */
  private static void number(Map<String, Object> object, String name, double value) {
    if (Double.isFinite(value)) {
      object.put(name, value);
    }
  }
}
