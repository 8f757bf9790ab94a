package dev.weft.sim.planted;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.sim.agent.ChangedClasses;
import dev.weft.sim.invariant.Violation;
import dev.weft.sim.run.Simulation;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A simulator that finds nothing planted is broken. While a bug is planted, all of this JVM has it:
 * one is planted at a time, and nothing else runs.
 */
@Isolated
@Execution(ExecutionMode.SAME_THREAD)
class PlantedBugTest {

  /** What is found where nothing is planted; several bugs are found by the same run. */
  private static final Map<Run, List<Violation>> SOUND = new HashMap<>();

  private record Run(String scenario, long seed) {}

  @BeforeAll
  static void needClassesAsTheyWereCompiled() {
    assumeTrue(ChangedClasses.arePossible(), "no bugs while coverage is measured");
  }

  static Stream<PlantedBug> bugs() {
    return PlantedBugs.all().stream();
  }

  @ParameterizedTest
  @MethodSource("bugs")
  void isFoundWithinItsSeedsAndNothingIsWithoutIt(PlantedBug bug) throws ClassNotFoundException {
    for (var seed = 1L; seed <= bug.seedsMax(); seed++) {
      var run = new Run(bug.scenario(), seed);
      var found = planted(bug, run);
      if (found.isPresent()) {
        System.out.printf("%s: seed %d: %s%n", bug, seed, found.get());
        assertEquals(List.of(), sound(run), () -> "without the bug: " + bug.scenario());
        return;
      }
    }
    fail("%s: not found in %s, seeds 1 to %d".formatted(bug, bug.scenario(), bug.seedsMax()));
  }

  @Test
  void aBugWhosePlaceIsGoneIsTold() throws ClassNotFoundException {
    var name = "dev.weft.sim.run.Simulation";
    var bug =
        new PlantedBug(
            "nowhere",
            "kiosk",
            1,
            name,
            List.of(new PlantedBug.Edit("run", Changes.constant(4_711L, 1L, 1))));

    try (var planting = Planting.of(bug)) {
      assertEquals(List.of(name + ".run"), planting.missing());
    }
  }

  @Test
  void thereAreAtLeastThirtyFive() {
    assertTrue(PlantedBugs.all().size() >= 35);
  }

  private static Optional<Violation> planted(PlantedBug bug, Run run)
      throws ClassNotFoundException {
    try (var planting = Planting.of(bug)) {
      assertEquals(List.of(), planting.missing(), "the bug's place is gone: plant it anew");
      return violations(run).stream().findFirst();
    }
  }

  private static List<Violation> sound(Run run) {
    return SOUND.computeIfAbsent(run, PlantedBugTest::violations);
  }

  private static List<Violation> violations(Run run) {
    return Simulation.run(SiteBugs.scenario(run.scenario()), run.seed()).violations();
  }
}
