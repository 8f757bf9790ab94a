package dev.weft.fabric.stage;

import dev.weft.fabric.loop.LanePause;
import dev.weft.fabric.loop.Loops;
import dev.weft.fabric.loop.Watch;
import dev.weft.fabric.pipeline.FabricClock;
import java.time.Duration;
import java.util.List;

/**
 * What stages are hosted with on one node.
 *
 * @param loopDispatchers configuration paths of the loops' dispatchers, one per loop
 * @param loops is told which loops these are
 * @param watch sees to deadlines and to runs that take too long
 * @param pause which lanes may be served now
 * @param hang time of one run after which it is lost, unless its stage says otherwise
 */
public record StageHosting(
    FabricClock clock,
    List<String> loopDispatchers,
    Loops loops,
    Watch watch,
    LanePause pause,
    Duration hang) {

  public StageHosting {
    loopDispatchers = List.copyOf(loopDispatchers);
  }

  Duration hang(StageKey key) {
    return key.manifest().budget().hang().orElse(hang);
  }
}
