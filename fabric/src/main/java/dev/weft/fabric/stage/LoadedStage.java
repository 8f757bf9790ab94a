package dev.weft.fabric.stage;

import dev.weft.stages.spi.Stage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * A variant that is ready to run.
 *
 * @param byLoop the instance for each inference loop; one and the same for a shared stage
 * @param replaced instances that were lost and that others have taken the place of
 */
record LoadedStage(StageKey key, List<Stage> byLoop, List<Stage> replaced) {

  LoadedStage {
    byLoop = List.copyOf(byLoop);
    replaced = List.copyOf(replaced);
  }

  LoadedStage(StageKey key, List<Stage> byLoop) {
    this(key, byLoop, List.of());
  }

  /** The same with another instance for {@code loop}; the one before is closed with the rest. */
  LoadedStage with(int loop, Stage fresh) {
    var others = new ArrayList<>(byLoop);
    var before = others.set(loop, fresh);
    var all = new ArrayList<>(replaced);
    all.add(before);
    return new LoadedStage(key, others, all);
  }

  long nativeBytes() {
    return new HashSet<>(byLoop).stream().mapToLong(Stage::nativeBytes).sum();
  }

  void close() {
    var all = new HashSet<>(byLoop);
    all.addAll(replaced);
    all.forEach(Stage::close);
  }
}
