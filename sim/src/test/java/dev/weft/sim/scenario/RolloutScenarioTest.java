package dev.weft.sim.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.sim.run.Outcome;
import dev.weft.sim.run.Simulation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the scenario of rollouts reaches. */
@Tag("many-seeds")
class RolloutScenarioTest {

  private static final int SEEDS = 20;

  @Test
  void aKillAtAnyDurableEventEndsOnTheOldVariantOrTheNew() {
    killAtEachEvent(1);
  }

  @Tag("long")
  @ParameterizedTest
  @ValueSource(longs = {2, 3})
  void aKillAtAnyDurableEventOfOtherSeedsDoes(long seed) {
    killAtEachEvent(seed);
  }

  private static void killAtEachEvent(long seed) {
    var events = events(Simulation.run(RolloutScenario.killedAt(0), seed));
    assertTrue(events > 15, () -> "seed %d: %d events".formatted(seed, events));

    for (var event = 1; event <= events; event++) {
      var outcome = Simulation.run(RolloutScenario.killedAt(event), seed);
      assertEquals(
          List.of(), outcome.violations(), "seed %d, killed at event %d".formatted(seed, event));
    }
  }

  private static long events(Outcome outcome) {
    return outcome.history().stream().filter(line -> line.contains("box, epoch ")).count();
  }

  @Test
  void someSeedReachesEveryEndAndEveryTrouble() {
    var history = new ArrayList<String>();
    for (var seed = 1L; seed <= SEEDS; seed++) {
      history.addAll(Simulation.run(new RolloutScenario(), seed).history());
    }

    for (var reached :
        List.of(
            "Completed, HEALTHY",
            "RolledBack (GATE_FAILED), DEGRADED",
            "RolledBack (CRASHED), DEGRADED",
            "RolledBack (ABORTED), DEGRADED",
            "Denied, DEGRADED",
            "Paused, PAUSED",
            "Resumed, PROGRESSING",
            "CrashBlamed, PROGRESSING",
            "operator: promote: WATCHING",
            "twin, epoch")) {
      assertTrue(history.stream().anyMatch(line -> line.contains(reached)), reached);
    }
  }
}
