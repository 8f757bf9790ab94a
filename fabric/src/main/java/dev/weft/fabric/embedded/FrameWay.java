package dev.weft.fabric.embedded;

import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Request;
import java.util.concurrent.CompletableFuture;

/** Which way a frame goes from who submits it to where it runs. Threadsafe; never blocks. */
@FunctionalInterface
public interface FrameWay {

  /** To the pipeline on this node. */
  FrameWay STRAIGHT = Pipeline::submitHere;

  /**
   * Has a frame run somewhere. Its tensors go over to the way, whatever the answer.
   *
   * @param pipeline it was submitted to, on this node
   * @return as {@link Pipeline#submit} does
   */
  CompletableFuture<Answer> submit(Pipeline pipeline, Request request);

  /**
   * Whether the answer to a frame that came to this node may be kept on it. Asks nobody: what is
   * not known may not.
   *
   * @param request whose tensors may be closed
   */
  default boolean mayBeKept(Pipeline pipeline, Request request) {
    return true;
  }
}
