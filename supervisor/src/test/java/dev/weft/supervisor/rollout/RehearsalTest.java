package dev.weft.supervisor.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.supervisor.gate.Verdict;
import dev.weft.supervisor.rollout.RolloutPlan.Step;
import dev.weft.supervisor.rollout.RolloutState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RehearsalTest {

  private static final Instant START = Instant.EPOCH;
  private static final Instant LATER = START.plusSeconds(60);
  private static final RolloutPlan PLAN =
      new RolloutPlan(
          "detect",
          "int8",
          "abc",
          List.of(new Step(0, 10_000, Duration.ZERO), new Step(500, 5_000, Duration.ofMinutes(1))),
          Duration.ofHours(1),
          RolloutPlan.Inconclusive.PAUSE,
          new RolloutPlan.Watch(Duration.ZERO, 0),
          "");

  @Test
  void goesThroughTheStepsToPromotion() {
    var rollout = Rehearsal.begun(PLAN, "fp32", START);
    assertEquals(0, rollout.trial().answers());

    assertTrue(rollout.judge(Verdict.PASS, START));
    assertEquals(500, rollout.trial().answers());
    assertFalse(rollout.judge(Verdict.PASS, START), "its dwell time is not over");
    assertTrue(rollout.judge(Verdict.PASS, LATER));
    assertEquals(Phase.HEALTHY, rollout.phase());
  }

  @Test
  void endsWithAFailureAtOnce() {
    var rollout = Rehearsal.begun(PLAN, "fp32", START);

    assertTrue(rollout.judge(Verdict.FAIL, START));
    assertEquals(Phase.DEGRADED, rollout.phase());
    assertEquals(0, rollout.course().step());
  }

  @Test
  void waitsForEvidenceUntilTheTimeIsOver() {
    var rollout = Rehearsal.begun(PLAN, "fp32", START);

    assertFalse(rollout.judge(Verdict.INSUFFICIENT, LATER));
    assertTrue(rollout.judge(Verdict.INSUFFICIENT, START.plus(Duration.ofHours(1))));
    assertEquals(Phase.PAUSED, rollout.phase());
  }

  @Test
  void refusesACandidateThatRunsAlready() {
    assertThrows(IllegalArgumentException.class, () -> Rehearsal.begun(PLAN, "int8", START));
  }
}
