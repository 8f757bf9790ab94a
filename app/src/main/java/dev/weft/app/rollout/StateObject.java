package dev.weft.app.rollout;

import dev.weft.supervisor.evidence.EvidenceStatus;
import dev.weft.supervisor.gate.GateResult;
import dev.weft.supervisor.rollout.Course;
import dev.weft.supervisor.rollout.Past;
import dev.weft.supervisor.rollout.RolloutPlan;
import dev.weft.supervisor.rollout.RolloutReport;
import dev.weft.supervisor.rollout.RolloutState;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** How the rollouts of a stage stand, as values for JSON. */
final class StateObject {

  private StateObject() {}

  /**
   * @param evidence tells where that of a rollout is
   */
  static Map<String, Object> of(
      String stage, RolloutReport report, Function<Course, EvidenceStatus> evidence) {
    var state = report.state();
    var object = new LinkedHashMap<String, Object>();
    object.put("stage", stage);
    object.put("phase", state.phase().name());
    object.put("sentence", sentence(state));
    state
        .course()
        .ifPresent(
            course -> {
              course(object, state, course);
              evidence(object, evidence.apply(course));
            });
    report
        .latest()
        .ifPresent(
            judgement -> {
              object.put("verdict", judgement.verdict().name());
              object.put("why", judgement.why());
              object.put("stableFrames", judgement.frames().stable());
              object.put("candidateFrames", judgement.frames().candidate());
              object.put("comparedFrames", judgement.frames().compared());
              object.put("missedFrames", judgement.frames().missed());
              object.put("replayedFrames", judgement.frames().replayed());
              object.put("notes", judgement.notes());
              object.put("gates", judgement.gates().stream().map(StateObject::gate).toList());
              object.put("worst", judgement.worst());
            });
    if (!report.trouble().isEmpty()) {
      object.put("trouble", report.trouble());
    }
    object.put("denied", state.denied());
    object.put("past", state.past().stream().map(StateObject::past).toList());
    return object;
  }

  private static void evidence(Map<String, Object> object, EvidenceStatus evidence) {
    object.put("evidence", evidence.files().stream().map(Path::toString).toList());
    if (!evidence.trouble().isEmpty()) {
      object.put("evidenceTrouble", evidence.trouble());
    }
  }

  private static void course(Map<String, Object> object, RolloutState state, Course course) {
    object.put("number", course.number());
    object.put("stable", course.stable());
    object.put("candidate", course.plan().candidate());
    object.put("candidateDigest", course.plan().candidateDigest());
    object.put("steps", course.plan().steps().stream().map(RolloutPlan.Step::label).toList());
    if (state.isActive()) {
      object.put("step", course.step());
      object.put("attempt", course.attempt());
      object.put("since", course.since().toString());
    }
  }

  private static Map<String, Object> gate(GateResult gate) {
    var object = new LinkedHashMap<String, Object>();
    object.put("kpi", gate.kpi().word());
    object.put("metric", gate.metric());
    object.put("estimate", gate.estimate());
    object.put("lower", gate.lower());
    object.put("upper", gate.upper());
    object.put("limit", gate.limit());
    object.put("samples", gate.samples());
    object.put("verdict", gate.verdict().name());
    return object;
  }

  private static Map<String, Object> past(Past past) {
    var object = new LinkedHashMap<String, Object>();
    object.put("number", past.number());
    object.put("stable", past.stable());
    object.put("candidate", past.candidate());
    object.put("outcome", past.outcome().name());
    object.put("step", past.step());
    object.put("why", past.why());
    object.put("startedAt", past.startedAt().toString());
    object.put("endedAt", past.endedAt().toString());
    return object;
  }

  /** How it stands, in one sentence. */
  static String sentence(RolloutState state) {
    if (state.course().isEmpty()) {
      return "no rollout yet";
    }
    var course = state.course().get();
    var what =
        "rollout %d of %s from %s to %s"
            .formatted(
                course.number(), course.plan().stage(), course.stable(), course.plan().candidate());
    return switch (state.phase()) {
      case NONE -> "no rollout yet";
      case PROGRESSING ->
          course.attempt() == 0
              ? what + ": loading the candidate"
              : "%s: at %s".formatted(what, course.now().label());
      case PAUSED ->
          "%s: paused at %s: %s".formatted(what, course.now().label(), course.pausedBecause());
      case WATCHING -> what + ": promoted, and watched";
      case HEALTHY -> "%s: promoted: %s".formatted(what, state.past().getLast().why());
      case DEGRADED -> "%s: rolled back: %s".formatted(what, state.past().getLast().why());
    };
  }

  /** That an abort changes nothing, in one sentence: why, and since when. */
  static String alreadyRolledBack(RolloutState state) {
    var past = state.past().getLast();
    return "rollout %d from %s to %s: had been rolled back already, at %s: %s"
        .formatted(past.number(), past.stable(), past.candidate(), past.endedAt(), past.why());
  }
}
