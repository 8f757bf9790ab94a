package dev.weft.bench.cluster;

import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Request;
import dev.weft.stages.tensor.Shape;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Frames for one pipeline that gives back what it got. Threadsafe.
 *
 * @param elements FP32 values in each
 * @param deadline of each
 */
public record FrameSource(Weft weft, Pipeline pipeline, int elements, Duration deadline) {

  /** Frames for a node. */
  public static FrameSource of(BenchNode node, int elements, Duration deadline) {
    return new FrameSource(node.weft(), node.pipeline(), elements, deadline);
  }

  /** The same with frames of another size. */
  public FrameSource sized(int others) {
    return new FrameSource(weft, pipeline, others, deadline);
  }

  /** Sends a frame; of no session if {@code session} is empty. */
  CompletableFuture<Answer> send(String session) {
    var tensor = weft.tensors().allocate(dev.weft.stages.tensor.Datatype.FP32, Shape.of(elements));
    tensor.segment().fill((byte) 1);
    var request = Request.of("x", tensor).within(deadline);
    return pipeline.submit(session.isEmpty() ? request : request.with("session", session));
  }
}
