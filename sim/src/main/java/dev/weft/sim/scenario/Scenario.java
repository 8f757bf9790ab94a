package dev.weft.sim.scenario;

import dev.weft.sim.invariant.Findings;
import dev.weft.sim.world.World;
import java.time.Duration;
import java.util.Optional;

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

  /** The virtual time it was told to last; empty if that is not for others to say. */
  default Optional<Duration> time() {
    return Optional.empty();
  }

  /**
   * The same with another {@link #time}.
   *
   * @throws UnsupportedOperationException if it has none
   * @throws IllegalArgumentException if that is out of its bounds, which it names
   */
  default Scenario lasting(Duration wanted) {
    throw new UnsupportedOperationException(name() + " has its own time");
  }

  /** Lets it happen; {@code findings} has what went wrong. */
  void run(World world, Findings findings);
}
