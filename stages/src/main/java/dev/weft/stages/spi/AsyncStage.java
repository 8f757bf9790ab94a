package dev.weft.stages.spi;

import dev.weft.stages.tensor.Tensor;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A stage whose runs end elsewhere, such as in another process, so that no thread is held
 * meanwhile.
 */
public interface AsyncStage extends Stage {

  /** Starting a run is all that is done here. */
  @Override
  default boolean endsSoon() {
    return true;
  }

  /** Where a run ends. Exactly one of the two is called, once, on any thread; neither may block. */
  interface Completion {

    /** Takes over {@code outputs}, in the order of {@link Signature#outputs()}. */
    void completed(List<Tensor> outputs);

    void failed(StageException why);
  }

  /**
   * Starts one run. Never blocks and never throws: what cannot be started is told to {@code done},
   * then on the caller's own thread before this returns.
   *
   * @param inputs borrowed until {@code done} is called; otherwise as for {@link Stage#run}
   */
  void start(RunContext context, List<Tensor> inputs, Completion done);

  /** Runs that may be under way at once; one more fails with {@link ErrorCode#OVERLOADED}. */
  int credits();

  /** One run, for which the caller's thread waits. */
  @Override
  default List<Tensor> run(RunContext context, List<Tensor> inputs) {
    var ended = new CompletableFuture<List<Tensor>>();
    start(
        context,
        inputs,
        new Completion() {
          @Override
          public void completed(List<Tensor> outputs) {
            ended.complete(outputs);
          }

          @Override
          public void failed(StageException why) {
            ended.completeExceptionally(why);
          }
        });
    try {
      return ended.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof StageException why) {
        // Thrown anew, so that the trace shows who waited as well as where it failed.
        throw new StageException(why.code(), String.valueOf(why.getMessage()), why);
      }
      throw e;
    }
  }
}
