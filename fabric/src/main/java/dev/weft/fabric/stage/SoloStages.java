package dev.weft.fabric.stage;

import dev.weft.fabric.stage.StageRunner.Outcome;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.tensor.Tensor;
import dev.weft.stages.tensor.TensorAllocator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Variants that run on the caller's thread, without actors, queues or deadlines; otherwise as on a
 * loop, batches among it. Each is loaded when it is first asked for. For one thread.
 */
public final class SoloStages implements AutoCloseable {

  private record Solo(Stage stage, StageRunner runner) {}

  private final StageLoader loader;
  private final TensorAllocator tensors;
  private final Map<StageKey, Solo> loaded = new LinkedHashMap<>();

  /**
   * @param tensors memory for what the stages give
   */
  public SoloStages(StageLoader loader, TensorAllocator tensors) {
    this.loader = loader;
    this.tensors = tensors;
  }

  /**
   * Loads a variant that is not yet, so that its next run takes no longer than others.
   *
   * @throws dev.weft.stages.spi.StageException if it cannot be loaded
   */
  public void load(StageKey key) {
    loaded.computeIfAbsent(key, this::made);
  }

  /**
   * Runs frames together; one outcome for each, in the same order.
   *
   * @param inputs of each frame, borrowed; of equal shapes but for the first dimension, if there
   *     are several
   * @throws dev.weft.stages.spi.StageException if the variant cannot be loaded
   */
  public List<Outcome> run(
      StageKey key, List<? extends RunContext> frames, List<List<Tensor>> inputs) {
    var runner = loaded.computeIfAbsent(key, this::made).runner();
    return frames.size() == 1
        ? List.of(runner.run(frames.getFirst(), inputs.getFirst()))
        : new BatchRunner(runner).run(frames, inputs);
  }

  private Solo made(StageKey key) {
    var stage = loader.loadOne(key);
    return new Solo(
        stage, new StageRunner(key.manifest().name(), stage, key.manifest().abi(), tensors));
  }

  @Override
  public void close() {
    loaded.values().forEach(solo -> solo.stage().close());
    loaded.clear();
  }
}
