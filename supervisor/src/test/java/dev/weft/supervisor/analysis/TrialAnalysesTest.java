package dev.weft.supervisor.analysis;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
  private static final Optional<ErrorCode> FAILED = Optional.of(ErrorCode.STAGE_FAILED);

  private static final Terms TERMS =
      new Terms(
          Limits.of(new Limit.FailedRuns(0.3)),
          new ErrorBudget(0.01, 0.01, 1),
          new Effort(10, 1, 1_000, Duration.ofHours(1)),
          false,
          ComparisonSettings.usual(),
          new DriftLimits(50, 0.1, 0.1, 0.25, 0.001));

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

  private long samples() {
    return analysis.judge(NOW).gates().getFirst().samples();
  }

  private static TrialEvent missed(OnTrial onTrial, Optional<ErrorCode> error) {
    return new TrialEvent.Missed(
        "s1", new FrameName("p", "visitor", 7), onTrial, true, error, "for a test");
  }

  private static OnTrial onTrial(String candidate, String trial, int answers) {
    return new OnTrial(
        candidate, Optional.of(new TrialShare(trial, "session", answers, RolloutPlan.WHOLE)));
  }

  private static Course course() {
    var plan =
        new RolloutPlan(
            "score",
            "new",
            "digest",
            List.of(new RolloutPlan.Step(2_500, RolloutPlan.WHOLE, Duration.ZERO)),
            Duration.ofHours(1),
            RolloutPlan.Inconclusive.PAUSE,
            new RolloutPlan.Watch(Duration.ZERO, 0),
            "");
    return new Course(2, plan, "old", Course.Load.DONE, 0, 1, NOW, NOW, "", "");
  }
}
