package dev.weft.sim.scenario;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.sim.run.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The code of {@code regions} with few machines; {@code PlantedBugTest} has it find something. */
class RegionsScenarioTest {

  @Test
  void fewMachinesComeTogetherAfterTroubleAndEverybodyIsAnswered() {
    var told = new ArrayList<Duration>();
    var outcome =
        Simulation.run(
            Scenarios.regionsOf(3, Duration.ofSeconds(15)), 2, world -> told.add(world.time()));

    assertEquals(List.of(), outcome.violations());
    var last = outcome.history().getLast();
    assertTrue(last.contains("9 members at 3 sites"), last);
    assertTrue(last.contains("clients of "), last);
    assertFalse(told.isEmpty());
  }

  @Test
  @Tag("long")
  void fiftyMachinesInEachRegionDoSo() {
    var outcome = Simulation.run(RegionsScenario.fifty().lasting(Duration.ofMinutes(10)), 1);

    assertEquals(List.of(), outcome.violations());
    var last = outcome.history().getLast();
    assertTrue(last.contains("150 members at 3 sites"), last);
  }

  @Test
  void itLastsAMinuteToAWeek() {
    var day = RegionsScenario.fifty();
    assertEquals(Duration.ofHours(24), day.time().orElseThrow());
    assertEquals(Duration.ofHours(2), day.lasting(Duration.ofHours(2)).time().orElseThrow());
    for (var wrong : List.of(Duration.ofSeconds(59), Duration.ofDays(8))) {
      var refused = assertThrows(IllegalArgumentException.class, () -> day.lasting(wrong));
      assertEquals("time: %s (expected: PT1M to PT168H)".formatted(wrong), refused.getMessage());
    }
  }

  @Test
  void othersHaveTimesOfTheirOwn() {
    var sites = SitesScenario.three();
    var refused =
        assertThrows(UnsupportedOperationException.class, () -> sites.lasting(Duration.ofHours(1)));
    assertEquals("sites has its own time", refused.getMessage());
  }
}
