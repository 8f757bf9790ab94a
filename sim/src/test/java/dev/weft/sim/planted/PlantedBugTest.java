package dev.weft.sim.planted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.weft.sim.invariant.Violation;
import dev.weft.sim.run.Simulation;
import dev.weft.sim.scenario.Scenarios;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A simulator that finds nothing planted is broken. */
class PlantedBugTest {

  /** What is found where nothing is planted; several bugs are found by the same run. */
  private static final Map<Run, FutureTask<List<Violation>>> SOUND = new ConcurrentHashMap<>();

  private record Run(String scenario, long seed) {}

  static Stream<PlantedBug> bugs() {
    return PlantedBugs.all().stream();
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void isFoundWithinItsSeedsAndNothingIsWithoutIt(PlantedBug bug) throws Exception {
    var loader = new PlantingLoader(bug);
    for (var seed = 1L; seed <= bug.seedsMax(); seed++) {
      var violations = violations(loader, bug.scenario(), seed);
      assertEquals(List.of(), loader.missing(), "the bug's place is gone: plant it anew");
      if (!violations.isEmpty()) {
        assertTrue(loader.isPlanted(), () -> bug.className() + " was never loaded");
        System.out.printf("%s: seed %d: %s%n", bug, seed, violations.iterator().next());
        assertEquals(
            List.of(),
            sound(new Run(bug.scenario(), seed)),
            () -> "without the bug: " + bug.scenario());
        return;
      }
    }
    fail("%s: not found in %s, seeds 1 to %d".formatted(bug, bug.scenario(), bug.seedsMax()));
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

  /** Not within a map's own computing: a JVM crashes where a world runs under a monitor. */
  private static List<Violation> sound(Run run) throws Exception {
    var task = new FutureTask<>(() -> violations(run));
    var before = SOUND.putIfAbsent(run, task);
    if (before != null) {
      return before.get();
    }
    task.run();
    return task.get();
  }

  private static List<Violation> violations(Run run) {
    return Simulation.run(Scenarios.named(run.scenario()).orElseThrow(), run.seed()).violations();
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
