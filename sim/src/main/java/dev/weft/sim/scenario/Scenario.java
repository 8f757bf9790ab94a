package dev.weft.sim.scenario;

import dev.weft.sim.invariant.Findings;
import dev.weft.sim.world.World;

/** What happens in a world, from its beginning to the last look at it. */
public interface Scenario {

  /** As the command line has it. */
  String name();

  /** One sentence. */
  String summary();

  /** Whether it takes seconds, so that it is run only when it is named. */
  default boolean isLong() {
    return false;
  }

  /** Lets it happen; {@code findings} has what went wrong. */
  void run(World world, Findings findings);
}
