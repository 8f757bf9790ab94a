package dev.weft.sim.planted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.weft.sim.run.Simulation;
import dev.weft.sim.scenario.Scenarios;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A simulator that finds nothing planted is broken. */
class PlantedBugTest {

  static Stream<PlantedBug> bugs() {
    return PlantedBugs.all().stream();
  }

  static Stream<String> scenarios() {
    return bugs().map(PlantedBug::scenario).distinct();
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void isFoundWithinItsSeeds(PlantedBug bug) throws ReflectiveOperationException {
    var loader = new PlantingLoader(bug);
    for (var seed = 1L; seed <= bug.seedsMax(); seed++) {
      var violations = violations(loader, bug.scenario(), seed);
      assertEquals(List.of(), loader.missing(), "the bug's place is gone: plant it anew");
      if (!violations.isEmpty()) {
        assertTrue(loader.isPlanted(), () -> bug.className() + " was never loaded");
        System.out.printf("%s: seed %d: %s%n", bug, seed, violations.iterator().next());
        return;
      }
    }
    fail("%s: not found in %s, seeds 1 to %d".formatted(bug, bug.scenario(), bug.seedsMax()));
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void theSameSeedsPassWithoutABug(String name) {
    var seeds =
        bugs()
            .filter(bug -> bug.scenario().equals(name))
            .mapToInt(PlantedBug::seedsMax)
            .max()
            .orElseThrow();
    for (var seed = 1L; seed <= seeds; seed++) {
      var outcome = Simulation.run(Scenarios.named(name).orElseThrow(), seed);
      assertEquals(List.of(), outcome.violations(), "%s, seed %d".formatted(name, seed));
    }
  }

  @Test
  void aBugWhosePlaceIsGoneIsTold() throws ReflectiveOperationException {
    var name = "dev.weft.sim.run.Simulation";
    var bug =
        new PlantedBug(
            "nowhere",
            "kiosk",
            1,
            name,
            List.of(new PlantedBug.Edit("run", Changes.constant(4_711L, 1L, 1))));
    var loader = new PlantingLoader(bug);

    loader.loadClass(name);

    assertEquals(List.of(name + ".run"), loader.missing());
  }

  @Test
  void thereAreAtLeastThirtyFive() {
    assertTrue(PlantedBugs.all().size() >= 35);
  }

  private static Collection<?> violations(ClassLoader loader, String scenario, long seed)
      throws ReflectiveOperationException {
    var found =
        (Optional<?>)
            loader
                .loadClass("dev.weft.sim.scenario.Scenarios")
                .getMethod("named", String.class)
                .invoke(null, scenario);
    var outcome =
        loader
            .loadClass("dev.weft.sim.run.Simulation")
            .getMethod("run", loader.loadClass("dev.weft.sim.scenario.Scenario"), long.class)
            .invoke(null, found.orElseThrow(), seed);
    return (Collection<?>) outcome.getClass().getMethod("violations").invoke(outcome);
  }
}
