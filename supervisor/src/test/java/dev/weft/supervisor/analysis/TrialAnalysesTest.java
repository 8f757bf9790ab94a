package dev.weft.supervisor.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.pipeline.RunTimes;
import dev.weft.fabric.pipeline.TrialEvent;
import dev.weft.fabric.pipeline.TrialEvent.FrameName;
import dev.weft.fabric.pipeline.TrialEvent.OnTrial;
import dev.weft.fabric.routing.TrialShare;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.supervisor.comparison.ComparisonSettings;
import dev.weft.supervisor.drift.DriftLimits;
import dev.weft.supervisor.gate.Effort;
import dev.weft.supervisor.gate.ErrorBudget;
import dev.weft.supervisor.gate.Limit;
import dev.weft.supervisor.gate.Limits;
import dev.weft.supervisor.gate.Verdict;
import dev.weft.supervisor.rollout.Analysis;
import dev.weft.supervisor.rollout.Course;
import dev.weft.supervisor.rollout.RolloutPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What counts as evidence of a step. */
class TrialAnalysesTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final FrameName FRAME = new FrameName("p", "visitor", 7);
  private static final RunTimes TIMES = RunTimes.alone(0, 0, 1_000_000);
  private static final Optional<ErrorCode> FAILED = Optional.of(ErrorCode.STAGE_FAILED);

  private static final Terms TERMS =
      new Terms(
          Limits.of(new Limit.FailedRuns(0.3), new Limit.LateRuns(0.1)),
          new ErrorBudget(0.01, 0.01, 1),
          new Effort(10, 1, 1_000, Duration.ofHours(1)),
          false,
          ComparisonSettings.usual(),
          new DriftLimits(50, 0.1, 0.1, 0.25, 0.001));

  private static final OnTrial OWN = onTrial("new", "score#2", 2_500);

  private final Analysis analysis =
      new TrialAnalyses(_ -> TERMS, _ -> List.of("y"), 1).begin(course(), false, NOW, () -> {});

  @Test
  void aRunOfTheStepCounts() {
    analysis.on(missed(onTrial("new", "score#2", 2_500), FAILED));

    assertEquals(1, samples());
  }

  @Test
  void aRunThatWasLeftOutForWantOfRoomIsNone() {
    analysis.on(missed(onTrial("new", "score#2", 2_500), Optional.empty()));

    assertEquals(0, samples());
    assertEquals(1, analysis.judge(NOW).frames().missed());
  }

  @Test
  void aLateRunOfAnotherStepRolloutOrCandidateIsNone() {
    analysis.on(missed(onTrial("new", "score#2", 0), FAILED));
    analysis.on(missed(onTrial("new", "score#1", 2_500), FAILED));
    analysis.on(missed(onTrial("other", "score#2", 2_500), FAILED));
    analysis.on(missed(new OnTrial("new", Optional.empty()), FAILED));

    assertEquals(0, samples());
    assertEquals(0, analysis.judge(NOW).frames().missed());
  }

  /** As a limit on latency alone would not: those runs have none. */
  @Test
  void runsThatDoNotEndInTimeWhileTheStableOnesDoFail() {
    for (var i = 0; i < 200; i++) {
      analysis.on(ran(false));
      analysis.on(late(true));
    }

    var judged = analysis.judge(NOW);

    assertEquals(Verdict.FAIL, judged.verdict(), judged.why());
    assertTrue(judged.why().contains("late runs beyond the stable ones: 1 "), judged.why());
  }

  /** A pause of the machine is no measure of the candidate, however many runs fall into it. */
  @Test
  void runsThatAreLateWithTheStableOnesAreNotCounted() {
    for (var i = 0; i < 100; i++) {
      analysis.on(ran(false));
      analysis.on(ran(true));
    }
    analysis.on(late(false));
    for (var i = 0; i < 60; i++) {
      analysis.on(late(true));
    }

    var late = analysis.judge(NOW).gates().get(1);

    assertEquals(Verdict.PASS, late.verdict(), late.sentence());
    assertEquals(100, late.samples(), late.sentence());
    assertEquals(-1.0 / 101, late.estimate(), 1e-9, late.sentence());
  }

  /** What queued behind one slow run, or was refused on one forecast, is one sample of it. */
  @Test
  void runsThatDidNotBeginCountOnceBetweenTwoThatDid() {
    for (var i = 0; i < 50; i++) {
      analysis.on(ran(false));
      analysis.on(ran(true));
    }
    for (var i = 0; i < 86; i++) {
      analysis.on(new TrialEvent.Late("s1", FRAME, OWN, true, false));
    }
    assertEquals(1.0 / 51, analysis.judge(NOW).gates().get(1).estimate(), 1e-9);

    analysis.on(ran(true));
    analysis.on(new TrialEvent.Late("s1", FRAME, OWN, true, false));
    assertEquals(2.0 / 53, analysis.judge(NOW).gates().get(1).estimate(), 1e-9);
  }

  @Test
  void saysWhyFramesWerePassedOver() {
    analysis.on(missed(OWN, Optional.empty()));
    analysis.on(missed(OWN, FAILED));

    var notes = analysis.judge(NOW).notes();

    assertEquals(List.of("2 frames were passed over in the shadow: 1 FAILED, 1 for a test"), notes);
  }

  /** Nobody is left who would answer in time. */
  @Test
  void whereNoStableTrafficIsLeftEveryLateRunCounts() {
    var whole =
        new TrialAnalyses(_ -> TERMS, _ -> List.of("y"), 1)
            .begin(course(RolloutPlan.WHOLE), false, NOW, () -> {});
    var own = onTrial("new", "score#2", RolloutPlan.WHOLE);
    for (var i = 0; i < 20; i++) {
      whole.on(new TrialEvent.Late("s1", FRAME, own, true, true));
    }

    assertEquals(Verdict.FAIL, whole.judge(NOW).verdict(), whole.judge(NOW).why());
  }

  @Test
  void anInputThatOnlyTheCandidateRefusesIsAFailureAndOneThatNobodyElseRanIsNone() {
    var refused = Optional.of(ErrorCode.INVALID_INPUT);

    analysis.on(missed(OWN, refused));
    analysis.on(new TrialEvent.Ran("s1", FRAME, OWN, true, TIMES, refused, "for a test"));

    assertEquals(1, samples());
    assertEquals(1, analysis.judge(NOW).gates().getFirst().estimate());
  }

  private static TrialEvent ran(boolean isCandidate) {
    return new TrialEvent.Ran("s1", FRAME, OWN, isCandidate, TIMES, Optional.empty(), "");
  }

  private static TrialEvent late(boolean isCandidate) {
    return new TrialEvent.Late("s1", FRAME, OWN, isCandidate, true);
  }

  private long samples() {
    return analysis.judge(NOW).gates().getFirst().samples();
  }

  private static TrialEvent missed(OnTrial onTrial, Optional<ErrorCode> error) {
    return new TrialEvent.Missed("s1", FRAME, onTrial, true, error, "for a test");
  }

  private static OnTrial onTrial(String candidate, String trial, int answers) {
    return new OnTrial(
        candidate, Optional.of(new TrialShare(trial, "session", answers, RolloutPlan.WHOLE)));
  }

  private static Course course() {
    return course(2_500);
  }

  private static Course course(int answers) {
    var plan =
        new RolloutPlan(
            "score",
            "new",
            "digest",
            List.of(new RolloutPlan.Step(answers, RolloutPlan.WHOLE, Duration.ZERO)),
            Duration.ofHours(1),
            RolloutPlan.Inconclusive.PAUSE,
            new RolloutPlan.Watch(Duration.ZERO, 0),
            "");
    return new Course(2, plan, "old", Course.Load.DONE, 0, 1, NOW, NOW, "", "", 0);
  }
}
