package dev.weft.fabric.pipeline;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Steps that a frame put off, and the answer that follows when they have run. Threadsafe.
 *
 * <p>Whoever takes {@link #answer()} closes it. Nobody did when the first answer was closed: then
 * the second is closed as it comes.
 */
public final class Deferred {

  private final List<String> steps;
  private final CompletableFuture<Answer> answer;
  private final AtomicBoolean settled = new AtomicBoolean();

  Deferred(List<String> steps, CompletableFuture<Answer> answer) {
    this.steps = List.copyOf(steps);
    this.answer = answer;
  }

  /** The steps put off, without those that only depend on them. */
  public List<String> steps() {
    return steps;
  }

  /**
   * The second answer, with those outputs of the pipeline that hang on the steps put off.
   *
   * @throws IllegalStateException if the first answer was closed before
   */
  public CompletableFuture<Answer> answer() {
    if (!settled.compareAndSet(false, true)) {
      throw new IllegalStateException("the second answer was taken or given up before");
    }
    return answer;
  }

  /** Gives up the second answer unless somebody has taken it. */
  void abandon() {
    if (settled.compareAndSet(false, true)) {
      answer.thenAccept(Answer::close);
    }
  }
}
