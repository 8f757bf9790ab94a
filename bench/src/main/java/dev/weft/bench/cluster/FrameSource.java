package dev.weft.bench.cluster;

import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.Weft;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Request;
import dev.weft.stages.tensor.Shape;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** Frames for one pipeline that gives back what it got. Threadsafe. */
public final class FrameSource {

  private static final long SEED = 7;

  private final Weft weft;
  private final Pipeline pipeline;
  private final Duration deadline;
  private final float[] content;

  /**
   * @param elements FP32 values in each frame, between 0 and 1
   * @param deadline of each
   */
  public FrameSource(Weft weft, Pipeline pipeline, int elements, Duration deadline) {
    this.weft = weft;
    this.pipeline = pipeline;
    this.deadline = deadline;
    this.content = new float[elements];
    var random = new Random(SEED);
    for (var i = 0; i < elements; i++) {
      content[i] = random.nextFloat();
    }
  }

  /** Frames for a node. */
  public static FrameSource of(BenchNode node, int elements, Duration deadline) {
    return new FrameSource(node.weft(), node.pipeline(), elements, deadline);
  }

  /** The same with frames of another size. */
  public FrameSource sized(int elements) {
    return new FrameSource(weft, pipeline, elements, deadline);
  }

  /** Sends a frame; of no session if {@code session} is empty. */
  CompletableFuture<Answer> send(String session) {
    var tensor = weft.tensors().floats(Shape.of(content.length), content);
    var request = Request.of("x", tensor).within(deadline);
    return pipeline.submit(session.isEmpty() ? request : request.with("session", session));
  }
}
