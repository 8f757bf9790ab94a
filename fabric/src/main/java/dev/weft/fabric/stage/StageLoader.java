package dev.weft.fabric.stage;

import dev.weft.fabric.manifest.Artifact;
import dev.weft.fabric.negotiation.Negotiation;
import dev.weft.fabric.negotiation.NodeAbilities;
import dev.weft.fabric.pipeline.FabricClock;
import dev.weft.stages.process.ProcessSettings;
import dev.weft.stages.process.ProcessStages;
import dev.weft.stages.spi.Cancellation;
import dev.weft.stages.spi.ErrorCode;
import dev.weft.stages.spi.Options;
import dev.weft.stages.spi.RunContext;
import dev.weft.stages.spi.Stage;
import dev.weft.stages.spi.StageException;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.spi.StageSetup;
import dev.weft.stages.tensor.TensorAllocator;
import dev.weft.stages.tensor.TensorPool;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Loads variants and gets them ready. Blocks; belongs on a dispatcher made for that. */
public final class StageLoader {

  private final Function<String, Optional<StageFactory>> kinds;
  private final TensorPool tensors;
  private final FabricClock clock;
  private final int loops;
  private final ProcessSettings processes;
  private final Optional<NodeAbilities> node;

  /**
   * @param kinds finds the factory of a kind
   * @param loops inference loops a stage must serve
   * @param processes for stages in a process of their own
   */
  public StageLoader(
      Function<String, Optional<StageFactory>> kinds,
      TensorPool tensors,
      FabricClock clock,
      int loops,
      ProcessSettings processes) {
    this(kinds, tensors, clock, loops, processes, Optional.empty());
  }

  private StageLoader(
      Function<String, Optional<StageFactory>> kinds,
      TensorPool tensors,
      FabricClock clock,
      int loops,
      ProcessSettings processes,
      Optional<NodeAbilities> node) {
    this.kinds = kinds;
    this.tensors = tensors;
    this.clock = clock;
    this.loops = loops;
    this.processes = processes;
    this.node = node;
  }

  /** The same, which refuses variants that need what this node lacks. */
  public StageLoader on(NodeAbilities abilities) {
    return new StageLoader(kinds, tensors, clock, loops, processes, Optional.of(abilities));
  }

  /**
   * Loads and warms up one variant; on failure nothing stays loaded.
   *
   * @throws StageException if the kind is unknown, the node lacks what the variant needs, the
   *     artifact is bad, or the warm-up fails
   */
  LoadedStage load(StageKey key) {
    var setup = setup(key);
    var factory = factory(key);
    var made = new ArrayList<Stage>();
    try {
      var first = make(key, factory, setup, made);
      var byLoop = new ArrayList<Stage>(List.of(first));
      while (byLoop.size() < loops) {
        byLoop.add(
            switch (first.concurrency()) {
              case SHARED -> first;
              case PER_REPLICA -> make(key, factory, setup, made);
            });
      }
      return new LoadedStage(key, byLoop);
    } catch (RuntimeException | LinkageError e) {
      made.forEach(Stage::close);
      throw e;
    }
  }

  /**
   * Loads and warms up one more instance of a variant.
   *
   * @throws StageException as {@link #load}
   */
  Stage loadOne(StageKey key) {
    var made = new ArrayList<Stage>();
    try {
      return make(key, factory(key), setup(key), made);
    } catch (RuntimeException | LinkageError e) {
      made.forEach(Stage::close);
      throw e;
    }
  }

  private Stage make(StageKey key, StageFactory factory, StageSetup setup, List<Stage> made) {
    var stage =
        switch (key.manifest().isolation()) {
          case NONE -> factory.create(setup);
          case PROCESS -> ProcessStages.create(factory, setup, processes(key));
        };
    made.add(stage);
    stage.prepare(new WarmUp(tensors, clock.instant()));
    return stage;
  }

  /** Enough credits that each loop has one run under way and one on its way. */
  private ProcessSettings processes(StageKey key) {
    var enough = processes.withCredits(Math.min(2 * loops, ProcessSettings.CREDITS_MAX));
    return key.manifest().budget().hang().map(enough::withHangAfter).orElse(enough);
  }

  private StageFactory factory(StageKey key) {
    var kind = key.manifest().uses();
    return kinds
        .apply(kind)
        .orElseThrow(
            () ->
                new StageException(
                    ErrorCode.INVALID_MANIFEST,
                    "stage '%s': uses '%s' (expected: a known kind)"
                        .formatted(key.manifest().name(), kind)));
  }

  private StageSetup setup(StageKey key) {
    var manifest = key.manifest();
    node.flatMap(here -> Negotiation.refusal(manifest, key.declared(), here))
        .ifPresent(
            refusal -> {
              throw new StageException(ErrorCode.FAILED_PRECONDITION, refusal);
            });
    var given = new LinkedHashMap<>(manifest.options());
    given.putAll(key.declared().options());
    var files = new LinkedHashMap<String, Path>();
    for (Map.Entry<String, Artifact> file : manifest.files().entrySet()) {
      files.put(file.getKey(), file.getValue().path());
    }
    return new StageSetup(
        manifest.name(),
        key.variant(),
        manifest.abi(),
        Options.of(factory(key).options(), given),
        key.declared().artifact().map(Artifact::path),
        files,
        tensors);
  }

  private record WarmUp(TensorAllocator tensors, Instant admittedAt) implements RunContext {
    @Override
    public Cancellation cancellation() {
      return Cancellation.NEVER;
    }

    @Override
    public long seed() {
      return 0;
    }
  }
}
