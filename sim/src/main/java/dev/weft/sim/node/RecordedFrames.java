package dev.weft.sim.node;

import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.node.FabricSettings;
import dev.weft.fabric.replay.Replay;
import dev.weft.fabric.replay.ReplayListener;
import dev.weft.fabric.replay.ReplayMode;
import dev.weft.fabric.replay.ReplayReport;
import dev.weft.fabric.stage.SoloStages;
import dev.weft.fabric.stage.StageLoader;
import dev.weft.fabric.trace.Fingerprints;
import dev.weft.fabric.trace.StoreSource;
import dev.weft.persistence.trace.TraceQuery;
import dev.weft.persistence.trace.TraceStore;
import dev.weft.sim.world.Host;
import dev.weft.stages.spi.StageFactory;
import dev.weft.stages.tensor.TensorPool;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Runs what an edge buffer recorded again, with an engine that takes no time. */
public final class RecordedFrames {

  private static final long MEMORY_BYTES = 64 << 20;

  private RecordedFrames() {}

  /** Replays all of {@code store}. */
  public static ReplayReport replay(
      Host host,
      TraceStore store,
      Map<String, PipelineManifest> pipelines,
      Map<String, StageManifest> stages) {
    var engine = SimulatedEngine.instant(host);
    Function<String, Optional<StageFactory>> kinds =
        kind -> kind.equals(engine.kind()) ? Optional.of(engine) : Optional.empty();
    var process = FabricSettings.from(Node.config(1)).process();
    try (var tensors = new TensorPool(MEMORY_BYTES, TensorPool.LeakTracing.OFF);
        var solo =
            new SoloStages(new StageLoader(kinds, tensors, host.clock(), 1, process), tensors);
        var source = new StoreSource(store, TraceQuery.all());
        var replay =
            new Replay(
                new ReplayMode.Faithful(),
                pipelines,
                stages,
                solo,
                tensors,
                new Fingerprints(kinds, Node.environment()),
                ReplayListener.NONE)) {
      for (var record = source.next(); record.isPresent(); record = source.next()) {
        replay.accept(record.get(), source);
      }
      return replay.report();
    }
  }
}
