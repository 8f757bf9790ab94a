package dev.weft.app.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.cluster.fleet.LocalRollout;
import dev.weft.supervisor.rollout.Course;
import dev.weft.supervisor.rollout.Past;
import dev.weft.supervisor.rollout.RolloutPlan;
import dev.weft.supervisor.rollout.RolloutReport;
import dev.weft.supervisor.rollout.RolloutState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How the rollouts of a process look to a region. */
class FollowedRolloutsTest {

  private static final Instant AT = Instant.EPOCH;
  private static final RolloutPlan PLAN =
      new RolloutPlan(
          "score",
          "int8",
          "digest",
          List.of(new RolloutPlan.Step(2_500, 0, Duration.ZERO)),
          Duration.ofMinutes(1),
          RolloutPlan.Inconclusive.PAUSE,
          new RolloutPlan.Watch(Duration.ZERO, 0),
          "");

  private static LocalRollout in(RolloutState.Phase phase, String trouble, List<Past> past) {
    var course = new Course(4, PLAN, "fp32", Course.Load.DONE, 0, 1, AT, AT, "market day", "", 0);
    var state =
        new RolloutState(phase, Optional.of(course), 9, Optional.empty(), Map.of(), Map.of(), past);
    return FollowedRollouts.rollout(
        Set.of("fp32"), new RolloutReport(state, Optional.empty(), trouble));
  }

  private static LocalRollout expected(LocalRollout.Phase phase, String why) {
    return new LocalRollout(Set.of("fp32"), 4, "int8", phase, why);
  }

  @Test
  void tellsHowFarItIsAndWhy() {
    assertEquals(
        expected(LocalRollout.Phase.TRIED, "at 25 %"),
        in(RolloutState.Phase.PROGRESSING, "", List.of()));
    assertEquals(
        expected(LocalRollout.Phase.TRIED, "no room"),
        in(RolloutState.Phase.PROGRESSING, "no room", List.of()));
    assertEquals(
        expected(LocalRollout.Phase.TRIED, "paused: market day"),
        in(RolloutState.Phase.PAUSED, "", List.of()));
    assertEquals(
        expected(LocalRollout.Phase.WATCHED, ""), in(RolloutState.Phase.WATCHING, "", List.of()));
    assertEquals(
        expected(LocalRollout.Phase.PROMOTED, ""), in(RolloutState.Phase.HEALTHY, "", List.of()));
    var past =
        new Past(4, "fp32", "int8", "d", Past.Outcome.DEGRADED, "25 %", "GATE_FAILED: x", AT, AT);
    assertEquals(
        expected(LocalRollout.Phase.TAKEN_BACK, "at 25 %: GATE_FAILED: x"),
        in(RolloutState.Phase.DEGRADED, "", List.of(past)));
  }

  @Test
  void saysNothingOfAJournalThatCannotBeRead() {
    var unknown =
        new RolloutState(
            RolloutState.Phase.NONE,
            Optional.empty(),
            0,
            Optional.empty(),
            Map.of(),
            Map.of(),
            List.of());
    var report = new RolloutReport(unknown, Optional.empty(), "the journal failed");

    var refused =
        assertThrows(
            IllegalStateException.class, () -> FollowedRollouts.rollout(Set.of("fp32"), report));
    assertEquals("the journal failed", refused.getMessage());
  }
}
