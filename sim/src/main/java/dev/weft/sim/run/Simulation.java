package dev.weft.sim.run;

import dev.weft.sim.invariant.Findings;
import dev.weft.sim.scenario.Scenario;
import dev.weft.sim.world.World;
import java.util.function.Consumer;

/** Runs one scenario under one seed, from the beginning of its world to the end. */
public final class Simulation {

  /** What a task of the simulated system threw, or the scenario itself. */
  public static final String NOTHING_THROWS = "nothing-throws";

  private Simulation() {}

  /** As {@link #run(Scenario, long, Consumer)}, with nobody who is told how far it is. */
  public static Outcome run(Scenario scenario, long seed) {
    return run(scenario, seed, _ -> {});
  }

  /**
   * The same scenario, seed, commit and JDK build give the same outcome. The calling thread carries
   * the world's virtual threads, so it must hold no monitor: JDK 25 crashes.
   *
   * @param progress is told now and then by scenarios that take long; changes nothing
   */
  public static Outcome run(Scenario scenario, long seed, Consumer<World> progress) {
    try (var world = new World(seed)) {
      world.watchBy(progress);
      var findings = new Findings(world::note);
      try {
        scenario.run(world, findings);
      } catch (RuntimeException e) {
        findings.add(NOTHING_THROWS, "the scenario ended with " + e);
      }
      world.problems().forEach(problem -> findings.add(NOTHING_THROWS, problem));
      return new Outcome(
          scenario.name(),
          seed,
          world.history().digest(),
          world.history().steps(),
          world.time(),
          findings.violations(),
          world.history().lines());
    }
  }
}
