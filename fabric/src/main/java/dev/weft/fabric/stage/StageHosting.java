package dev.weft.fabric.stage;

import dev.weft.fabric.load.LoadGauge;
import dev.weft.fabric.loop.LanePause;
import dev.weft.fabric.loop.Loops;
import dev.weft.fabric.loop.Watch;
import dev.weft.fabric.pipeline.FabricClock;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorPool;
import java.time.Duration;
import java.util.List;

/**
 * What stages are hosted with on one node.
 *
 * @param tensors memory for what stages give
 * @param stageTensorBytes most of it that one variant may have on lease at once
 * @param loopDispatchers configuration paths of the loops' dispatchers, one per loop
 * @param loops is told which loops these are
 * @param watch sees to deadlines and to runs that take too long
 * @param events is told of lost calls
 * @param pause which lanes may be served now
 * @param keepLoaded how long a variant that was swapped out stays loaded
 * @param hang time of one run after which it is lost, unless its stage says otherwise
 */
public record StageHosting(
    FabricClock clock,
    TensorPool tensors,
    long stageTensorBytes,
    List<String> loopDispatchers,
    Loops loops,
    Watch watch,
    LoadGauge events,
    LanePause pause,
    Duration keepLoaded,
    Duration hang) {

  public StageHosting {
    loopDispatchers = List.copyOf(loopDispatchers);
  }

  /** Memory for what the runs of {@code key} give. */
  TensorAllocator tensors(StageKey key) {
    return tensors.share("stage '%s'".formatted(key.manifest().name()), stageTensorBytes);
  }

  Duration hang(StageKey key) {
    return key.manifest().budget().hang().orElse(hang);
  }
}
