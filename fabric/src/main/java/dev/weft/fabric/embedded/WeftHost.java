package dev.weft.fabric.embedded;

import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.PipelineDoor;
import dev.weft.fabric.pipeline.VariantChange;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** {@link Weft} as its pipelines see it. */
record WeftHost(Weft weft) implements PipelineHost {

  @Override
  public CompletableFuture<Void> vary(PipelineDoor door, VariantChange change) {
    return weft.vary(door, change);
  }

  @Override
  public void redeclared(PipelineManifest pipeline, Map<String, StageManifest> stages) {
    weft.redeclared(pipeline, stages);
  }

  @Override
  public void unload(PipelineDoor door) {
    weft.unload(door);
  }
}
