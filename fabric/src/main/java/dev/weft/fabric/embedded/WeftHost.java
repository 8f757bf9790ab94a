package dev.weft.fabric.embedded;

import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import dev.weft.fabric.pipeline.FrameRecorder;
import dev.weft.fabric.pipeline.PipelineDoor;
import dev.weft.fabric.pipeline.VariantChange;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/**
 * {@link Weft} as its pipelines see it.
 *
 * @param requireOpen throws once it is closed
 * @param frameWay which way frames go from here
 */
record WeftHost(
    Runnable requireOpen,
    NodeCalls calls,
    Deployed pipelines,
    Optional<FrameRecorder> recorder,
    AtomicReference<FrameWay> frameWay)
    implements PipelineHost {

  /** One from which frames go straight, at first. */
  WeftHost(
      Runnable requireOpen, NodeCalls calls, Deployed pipelines, Optional<FrameRecorder> recorder) {
    this(requireOpen, calls, pipelines, recorder, new AtomicReference<>(FrameWay.STRAIGHT));
  }

  @Override
  public FrameWay way() {
    return frameWay.get();
  }

  @Override
  public CompletableFuture<Void> vary(PipelineDoor door, VariantChange change) {
    requireOpen.run();
    return calls.vary(door, change);
  }

  @Override
  public void redeclared(PipelineManifest pipeline, Map<String, StageManifest> stages) {
    recorder.ifPresent(told -> told.deployed(pipeline, stages));
  }

  @Override
  public void unload(PipelineDoor door) {
    requireOpen.run();
    pipelines.remove(door);
    pipelines.known(door.manifest().name()).ifPresent(this::redeclared);
    NodeCalls.await(calls.undeploy(door));
  }
}
