package dev.weft.sim.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.sim.scenario.Scenario;
import dev.weft.sim.scenario.Scenarios;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a seed means; whether invariants hold under many of them is {@link ManySeedsTest}'s. */
@Tag("many-seeds")
class SimulationTest {

  static Stream<Scenario> usual() {
    return Scenarios.usual().stream();
  }

  @ParameterizedTest
  @MethodSource("usual")
  void theSameSeedTwiceGivesTheSameBytes(Scenario scenario) {
    var once = Simulation.run(scenario, 7);
    var again = Simulation.run(scenario, 7);

    assertEquals(String.join("\n", once.history()), String.join("\n", again.history()));
    assertEquals(once.digest(), again.digest());
    assertEquals(once.steps(), again.steps());
  }

  @ParameterizedTest
  @MethodSource("usual")
  void anotherSeedGivesAnotherHistory(Scenario scenario) {
    assertNotEquals(Simulation.run(scenario, 7).digest(), Simulation.run(scenario, 8).digest());
  }

  /** How long that takes is a matter of the machine; docs/simulation.md has a figure. */
  @Test
  void aDayOfflineLosesNothing() {
    var outcome = Simulation.run(Scenarios.named("offline").orElseThrow(), 1);

    assertEquals(List.of(), outcome.violations());
    assertTrue(outcome.simulated().toHours() >= 24, outcome.simulated()::toString);
  }
}
