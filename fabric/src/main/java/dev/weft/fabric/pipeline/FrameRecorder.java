package dev.weft.fabric.pipeline;

import dev.weft.fabric.manifest.Capture;
import dev.weft.fabric.manifest.PipelineManifest;
import dev.weft.fabric.manifest.StageManifest;
import java.util.Map;

/**
 * Is told of frames as they end, to record them. Called on inference loops: no method but {@link
 * #deployed} and {@link #close} may block, take long or throw.
 */
public interface FrameRecorder extends AutoCloseable {

  /**
   * Tells that frames of {@code pipeline} may come. May throw if they could not be recorded as its
   * manifest wants; then the pipeline is not deployed.
   */
  void deployed(PipelineManifest pipeline, Map<String, StageManifest> stages);

  /**
   * How much is recorded of a tenant's frames.
   *
   * @param declared what the pipeline's manifest says
   */
  default Capture capture(Capture declared, PipelineManifest pipeline, String tenant) {
    return declared;
  }

  /**
   * A frame came that is not recorded, as {@code capture} says: {@code off}, or not among those
   * sampled.
   */
  default void passedOver(Capture capture) {}

  /** Takes over what a frame left; to be closed by the recorder, soon. */
  void ended(FrameTrace frame);

  /** Records what is under way; called when no frame runs any more. */
  @Override
  void close();
}
