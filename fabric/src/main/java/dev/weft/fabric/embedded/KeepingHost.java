package dev.weft.fabric.embedded;

import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.PipelineDoor;
import dev.weft.fabric.pipeline.VariantChange;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The host of a pipeline whose answers are kept.
 *
 * @param host of all others
 * @param way that its frames go: that of {@code host}, with earlier answers behind it
 */
record KeepingHost(PipelineHost host, EarlierWay way) implements PipelineHost {

  @Override
  public CompletableFuture<Void> vary(PipelineDoor door, VariantChange change) {
    var varied = host.vary(door, change);
    varied.thenRun(way::forget);
    return varied;
  }

  @Override
  public void redeclared(PipelineManifest pipeline, Map<String, StageManifest> stages) {
    host.redeclared(pipeline, stages);
  }

  @Override
  public void closed(String session) {
    way.closed(session);
  }

  @Override
  public void unload(PipelineDoor door) {
    host.unload(door);
    way.forget();
  }
}
