package dev.weft.app.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.app.console.Console;
import dev.weft.supervisor.evidence.EvidenceStatus;
import dev.weft.supervisor.gate.GateResult;
import dev.weft.supervisor.gate.Kpi;
import dev.weft.supervisor.gate.Verdict;
import dev.weft.supervisor.rollout.Course;
import dev.weft.supervisor.rollout.Judgement;
import dev.weft.supervisor.rollout.Past;
import dev.weft.supervisor.rollout.RolloutPlan;
import dev.weft.supervisor.rollout.RolloutReport;
import dev.weft.supervisor.rollout.RolloutState;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What {@code weft rollout status} says. */
class RolloutPrintTest {

  private static final Instant AT = Instant.parse("2026-06-01T12:00:00Z");

  private static final Past PAST =
      new Past(
          1,
          "fp32",
          "int8",
          "ab".repeat(32),
          Past.Outcome.HEALTHY,
          "100 %",
          "not watched: 0 of 7 frames could be compared",
          AT,
          AT);

  private EvidenceStatus evidence = new EvidenceStatus(List.of(Path.of("score-1.jsonl")), "");

  @Test
  void countsReplayedFramesApartAndGivesTheNotes() {
    var judgement =
        new Judgement(
            Verdict.INSUFFICIENT,
            List.of(),
            new Judgement.Frames(11, 0, 9, 2, 150),
            List.of(),
            "waits",
            List.of("150 frames are from a trace", "7 recorded frames were not used: why"));
    var report = report(RolloutState.Phase.PROGRESSING, Duration.ofHours(1), judgement);

    var said = printed(report);

    assertTrue(
        said.contains("11 by fp32, 0 by int8, 9 run by both, 2 passed over, 150 replayed"), said);
    assertTrue(said.contains("  note: 150 frames are from a trace\n"), said);
    assertTrue(said.contains("  note: 7 recorded frames were not used: why\n"), said);
  }

  @Test
  void saysWhatBecameOfTheWatch() {
    var judgement = Judgement.failed("of no matter here");

    var said = printed(report(RolloutState.Phase.HEALTHY, Duration.ofHours(1), judgement));

    assertTrue(said.contains(": promoted: not watched: 0 of 7 frames could be compared\n"), said);
  }

  @Test
  void whatIsWatchedIsAtNoStepAndWhatIsUnknownIsNoNumber() {
    var gate =
        new GateResult(
            Kpi.SHADOW_ERROR, "failed runs", Double.NaN, 0, 1, 0.01, 0, Verdict.INSUFFICIENT, "");
    var judgement =
        new Judgement(
            Verdict.INSUFFICIENT,
            List.of(gate),
            new Judgement.Frames(0, 0, 0, 0),
            List.of(),
            "no window");
    var said = printed(report(RolloutState.Phase.WATCHING, Duration.ofHours(1), judgement));

    assertTrue(said.contains("shadow > [watch]"), said);
    assertTrue(said.contains("? of 0.01000"), said);
    assertFalse(said.contains("NaN"), said);
  }

  @Test
  void saysWhereTheEvidenceIsAndWhatIsTheMatterWithIt() {
    evidence =
        new EvidenceStatus(
            List.of(Path.of("score-1.jsonl"), Path.of("score-1.2.jsonl")),
            "score-1.jsonl: line 2: hash: a (expected: b); the evidence goes on in"
                + " score-1.2.jsonl");
    var said =
        printed(
            report(RolloutState.Phase.HEALTHY, Duration.ZERO, Judgement.failed("of no matter")));
    assertTrue(
        said.endsWith(
            """
              evidence: score-1.jsonl
              evidence: score-1.2.jsonl
              evidence: score-1.jsonl: line 2: hash: a (expected: b); the evidence goes on in score-1.2.jsonl
            """),
        said);
  }

  private String printed(RolloutReport report) {
    var out = new ByteArrayOutputStream();
    var stream = new PrintStream(out, true, StandardCharsets.UTF_8);
    var object = StateObject.of("score", report, _ -> evidence);
    assertEquals("score", object.get("stage"));
    new RolloutPrint(new Console(stream, stream, false))
        .status(Map.of("rollouts", List.of(object)), false);
    return out.toString(StandardCharsets.UTF_8);
  }

  private static RolloutReport report(
      RolloutState.Phase phase, Duration watch, Judgement judgement) {
    var plan =
        new RolloutPlan(
            "score",
            "int8",
            "ab".repeat(32),
            List.of(new RolloutPlan.Step(0, 10_000, Duration.ZERO)),
            Duration.ofMinutes(1),
            RolloutPlan.Inconclusive.PAUSE,
            new RolloutPlan.Watch(watch, 500),
            "");
    var course = new Course(1, plan, "fp32", Course.Load.DONE, 0, 1, AT, AT, "", "", 0);
    var state =
        new RolloutState(
            phase, Optional.of(course), 1, Optional.empty(), Map.of(), Map.of(), List.of(PAST));
    return new RolloutReport(state, Optional.of(judgement), "");
  }
}
