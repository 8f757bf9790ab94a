package dev.weft.fabric.embedded;

import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.PipelineDoor;
import dev.weft.fabric.pipeline.VariantChange;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The node that a {@link Pipeline} is deployed on, as the pipeline sees it. */
public interface PipelineHost {

  /**
   * Changes what runs in the pipeline behind a door.
   *
   * @return done when frames that come meet it; fails and changes nothing otherwise
   */
  CompletableFuture<Void> vary(PipelineDoor door, VariantChange change);

  /** Takes note of stages that have more variants than when {@code pipeline} was deployed. */
  void redeclared(PipelineManifest pipeline, Map<String, StageManifest> stages);

  /** Takes note that frames of {@code present} are what comes again. */
  default void redeclared(Pipeline present) {
    redeclared(present.manifest(), present.stages());
  }

  /** Which way frames go from here. */
  default FrameWay way() {
    return FrameWay.STRAIGHT;
  }

  /** Takes note that a session is closed, whose frames may have come to the pipeline. */
  default void closed(String session) {}

  /** Lets the frames inside end, unloads the pipeline behind a door, and waits for it. */
  void unload(PipelineDoor door);
}
