package dev.weft.app.running;

import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Request;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Sends frame after frame into a pipeline, a fixed number of them inside at a time, until enough
 * were sent or it is stopped.
 */
public final class FrameLoop {

  /** For {@code count}: until stopped. */
  public static final long FOREVER = Long.MAX_VALUE;

  private final Pipeline pipeline;
  private final Supplier<Request> requests;
  private final int parallel;
  private final Tally tally = new Tally();
  private volatile boolean isStopped;

  /**
   * @param requests gives a new request for each frame
   * @param parallel most frames inside at a time
   */
  public FrameLoop(Pipeline pipeline, Supplier<Request> requests, int parallel) {
    this.pipeline = pipeline;
    this.requests = requests;
    this.parallel = parallel;
  }

  /**
   * Runs the frames and waits for all their answers.
   *
   * @param count frames to send, or {@link #FOREVER}
   * @param first gets the first answer, before it is closed
   * @param watcher is told after each submit
   */
  public Summary run(long count, Consumer<Answer> first, Consumer<Tally> watcher) {
    var inside = new Semaphore(parallel);
    var startedNanos = System.nanoTime();
    for (var sent = 0L; sent < count && !isStopped; sent++) {
      inside.acquireUninterruptibly();
      if (sent == 0) {
        var answer = pipeline.run(requests.get());
        first.accept(answer);
        took(answer, inside);
      } else {
        pipeline.submit(requests.get()).thenAccept(answer -> took(answer, inside));
      }
      watcher.accept(tally);
    }
    inside.acquireUninterruptibly(parallel);
    return tally.summary(Duration.ofNanos(System.nanoTime() - startedNanos));
  }

  /** Takes no more frames; {@link #run} returns when those inside are answered. */
  public void stop() {
    isStopped = true;
  }

  private void took(Answer answer, Semaphore inside) {
    try (answer) {
      tally.add(answer);
    } finally {
      inside.release();
    }
  }
}
