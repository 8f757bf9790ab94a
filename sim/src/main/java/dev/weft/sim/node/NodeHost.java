package dev.weft.sim.node;

import dev.weft.fabric.embedded.PipelineHost;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.VariantChange;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A simulated node as its pipelines see it. */
record NodeHost(Node node) implements PipelineHost {

  @Override
  public CompletableFuture<Void> vary(String pipeline, VariantChange change) {
    return node.vary(pipeline, change);
  }

  @Override
  public void redeclared(PipelineManifest pipeline, Map<String, StageManifest> stages) {
    // Rolled out pipelines are not recorded here.
  }

  @Override
  public void unload(String pipeline) {
    throw new UnsupportedOperationException("a simulated node ends by being killed");
  }
}
