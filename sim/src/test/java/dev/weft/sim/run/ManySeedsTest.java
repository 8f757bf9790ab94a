package dev.weft.sim.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weft.sim.scenario.Scenarios;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** As many seeds as a build can afford, each of them in one scenario. */
@Tag("many-seeds")
class ManySeedsTest {

  /** The nightly command runs as many as there is time for. */
  private static final int SEEDS = 500;

  @Test
  void everyInvariantHoldsUnderFiveHundredSeeds() throws Exception {
    var failed = new ArrayList<String>();
    try (var threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      var runs = new ArrayList<Future<Outcome>>();
      var scenarios = Scenarios.usual();
      for (var seed = 1L; seed <= SEEDS; seed++) {
        var scenario = scenarios.get((int) (seed % scenarios.size()));
        var under = seed;
        runs.add(threads.submit(() -> Simulation.run(scenario, under)));
      }
      for (var run : runs) {
        var outcome = run.get();
        if (!outcome.passed()) {
          failed.add(
              "./weft sim run --scenario %s --seed %d: %s"
                  .formatted(outcome.scenario(), outcome.seed(), outcome.violations()));
        }
      }
    }
    assertEquals(List.of(), failed);
  }
}
