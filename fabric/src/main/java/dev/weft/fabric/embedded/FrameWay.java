package dev.weft.fabric.embedded;

import dev.weft.fabric.earlier.Earlier;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Request;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

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
   * The same for a way that can give an earlier answer itself.
   *
   * @param earlier what may be given in place of an answer to this request; cheap to ask, and may
   *     change
   */
  default CompletableFuture<Answer> submit(
      Pipeline pipeline, Request request, Supplier<Optional<Earlier>> earlier) {
    return submit(pipeline, request);
  }

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
