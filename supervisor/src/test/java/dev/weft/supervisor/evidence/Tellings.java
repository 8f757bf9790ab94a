package dev.weft.supervisor.evidence;

import dev.weft.fabric.trace.Fingerprint.Environment;
import dev.weft.supervisor.gate.GateResult;
import dev.weft.supervisor.gate.Kpi;
import dev.weft.supervisor.gate.Verdict;
import dev.weft.supervisor.rollout.Course;
import dev.weft.supervisor.rollout.Judgement;
import dev.weft.supervisor.rollout.Past;
import dev.weft.supervisor.rollout.RolloutEvent;
import dev.weft.supervisor.rollout.RolloutPlan;
import dev.weft.supervisor.rollout.RolloutState;
import dev.weft.supervisor.rollout.RolloutState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a rollout tells who keeps its evidence. */
final class Tellings {

  static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  static final String MARKUP = "<script>alert('1 < 2 & \"3\"')</script>";
  static final Subject SUBJECT =
      new Subject(new Environment("1.0", "a VM", List.of("avx2"), 1), _ -> Optional.empty());

  private Tellings() {}

  static Course course(long number) {
    var plan =
        new RolloutPlan(
            "minilm",
            "int8",
            "ab".repeat(32),
            List.of(new RolloutPlan.Step(0, 10_000, Duration.ZERO)),
            Duration.ofMinutes(5),
            RolloutPlan.Inconclusive.PAUSE,
            new RolloutPlan.Watch(Duration.ZERO, 500),
            "summary: " + MARKUP);
    return new Course(number, plan, "fp32", Course.Load.DONE, 0, 1, NOON, NOON, "", "", 0);
  }

  static RolloutState state(long number, Phase phase) {
    var past =
        phase == Phase.DEGRADED
            ? List.of(
                new Past(
                    number,
                    "fp32",
                    "int8",
                    "ab".repeat(32),
                    Past.Outcome.DEGRADED,
                    "shadow",
                    "GATE_FAILED: because",
                    NOON,
                    NOON))
            : List.<Past>of();
    return new RolloutState(
        phase, Optional.of(course(number)), 1, Optional.empty(), Map.of(), Map.of(), past);
  }

  static Judgement judgement(double estimate) {
    return new Judgement(
        Verdict.INSUFFICIENT,
        List.of(
            new GateResult(
                Kpi.CPU,
                "mean ratio",
                estimate,
                0.9,
                Double.POSITIVE_INFINITY,
                1.1,
                40,
                Verdict.INSUFFICIENT,
                "not yet")),
        new Judgement.Frames(40, 0, 40, 0),
        List.of("<cam>/1/17"),
        "not yet");
  }

  static void begin(EvidenceRecorder recorder, long number) {
    recorder.happened(
        List.of(new RolloutEvent.Started(number, course(number).plan(), "fp32", NOON)),
        state(number, Phase.PROGRESSING));
  }

  /** Some decision in the middle. */
  static void pause(EvidenceRecorder recorder, String why) {
    recorder.happened(
        List.of(new RolloutEvent.Paused(why, NOON.plusSeconds(1))), state(1, Phase.PAUSED));
  }

  /**
   * @param second after noon
   */
  static void look(EvidenceRecorder recorder, long second) {
    recorder.stands(state(1, Phase.PROGRESSING), judgement(1.01), NOON.plusSeconds(second));
  }

  static void rollBack(EvidenceRecorder recorder, long number) {
    recorder.happened(
        List.of(
            new RolloutEvent.RolledBack(
                RolloutEvent.Cause.GATE_FAILED, MARKUP, NOON.plusSeconds(2))),
        state(number, Phase.DEGRADED));
  }

  /** A controller of a process that follows on one that was killed. */
  static void take(EvidenceRecorder recorder, Phase phase) {
    recorder.happened(
        List.of(new RolloutEvent.ControllerTook(2, NOON.plusSeconds(3))), state(1, phase));
  }
}
