package dev.weft.sim.node;

import dev.weft.fabric.embedded.PipelineHost;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.PipelineDoor;
import dev.weft.fabric.pipeline.VariantChange;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A simulated node as its pipelines see it. */
record NodeHost(Node node) implements PipelineHost {

  @Override
  public CompletableFuture<Void> vary(PipelineDoor door, VariantChange change) {
    return node.vary(door, change);
  }

  @Override
  public void redeclared(PipelineManifest pipeline, Map<String, StageManifest> stages) {
    // Rolled out pipelines are not recorded here.
  }

  @Override
  public void unload(PipelineDoor door) {
    throw new UnsupportedOperationException("a simulated node ends by being killed");
  }
}
