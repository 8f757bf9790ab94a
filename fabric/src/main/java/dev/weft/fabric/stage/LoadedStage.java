package dev.weft.fabric.stage;

import dev.weft.stages.spi.Stage;
import java.util.HashSet;
import java.util.List;

/**
 * A variant that is ready to run.
 *
 * @param byLoop the instance for each inference loop; one and the same for a shared stage
 */
record LoadedStage(StageKey key, List<Stage> byLoop) {

  LoadedStage {
    byLoop = List.copyOf(byLoop);
  }

  long nativeBytes() {
    return new HashSet<>(byLoop).stream().mapToLong(Stage::nativeBytes).sum();
  }

  void close() {
    new HashSet<>(byLoop).forEach(Stage::close);
  }
}
