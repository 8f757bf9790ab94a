package dev.weft.sim.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.sim.scenario.Scenario;
import dev.weft.sim.scenario.Scenarios;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Seeds that once found something, and one that nobody has seen before. */
@Tag("many-seeds")
class RegressionSeedsTest {

  static Stream<RegressionSeed> known() {
    return RegressionSeed.all().stream();
  }

  static Stream<Scenario> usual() {
    return Scenarios.usual().stream();
  }

  @ParameterizedTest
  @MethodSource("known")
  void whatWasFoundOnceStaysMended(RegressionSeed known) {
    assertPasses(Simulation.run(known.scenario(), known.seed()));
  }

  @ParameterizedTest
  @MethodSource("usual")
  void aFreshSeedPasses(Scenario scenario) {
    var seed = System.nanoTime() & Long.MAX_VALUE;
    System.out.printf("%s: fresh seed %d%n", scenario.name(), seed);
    assertPasses(Simulation.run(scenario, seed));
  }

  private static void assertPasses(Outcome outcome) {
    assertEquals(
        List.of(),
        outcome.violations(),
        () ->
            "repeat: ./weft sim run --scenario %s --seed %d"
                .formatted(outcome.scenario(), outcome.seed()));
  }

  @Test
  void aLineSaysWhereItIsWrong() {
    var short3 = List.of("# a comment", "", "kiosk 17 0123abc");
    var unknown = List.of("kisok 17 0123abc what");

    assertTrue(message(short3).startsWith("regression-seeds.txt, line 3: 'kiosk 17 0123abc'"));
    assertTrue(
        message(unknown)
            .startsWith("regression-seeds.txt, line 1: scenario 'kisok' (expected: one of [kiosk"));
  }

  private static String message(List<String> lines) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> RegressionSeed.parse(lines))
            .getMessage());
  }
}
