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
import java.util.stream.Collectors;
import java.util.stream.LongStream;
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

  /** Seeds that found bugs of which those before find nothing; they are tried first. */
  private static final Map<String, Long> FOUND_BEFORE =
      Map.of(
          "takes a refusal for an answer of the session", 7L,
          "forgets to count what is dropped", 5L,
          "leaves a candidate that failed its traffic until the next look", 8L,
          "assigns frames to a candidate in place of sessions", 3L,
          "loads a candidate before it is noted that it will", 3L,
          "forgets that what it takes back was in charge", 11L,
          "acknowledges a promotion that changes nothing", 5L,
          "takes a session up that the other site has not released", 9L);

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
    for (var seed : seeds(bug)) {
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

  private static long[] seeds(PlantedBug bug) {
    var all = LongStream.rangeClosed(1, bug.seedsMax());
    return Optional.ofNullable(FOUND_BEFORE.get(bug.name()))
        .map(first -> LongStream.concat(LongStream.of(first), all.filter(seed -> seed != first)))
        .orElse(all)
        .toArray();
  }

  @Test
  void aSeedThatFoundABugBeforeIsOfABugThatThereIs() {
    var names = PlantedBugs.all().stream().map(PlantedBug::name).collect(Collectors.toSet());
    assertTrue(names.containsAll(FOUND_BEFORE.keySet()), FOUND_BEFORE.keySet()::toString);
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
