package dev.weft.fabric.pipeline;

import dev.weft.stages.spi.ErrorCode;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The answer to a frame as its caller holds it: given once, and cancelling it cancels the frame.
 *
 * <p>Whoever answers first claims the answer, then it is counted, and only then the caller sees it,
 * so that the counters are never behind what callers know.
 */
final class PendingAnswer extends CompletableFuture<Answer> {

  private final FrameHome home;
  private final CancelSignal cancelSignal;
  private final AtomicBoolean claimed = new AtomicBoolean();

  PendingAnswer(FrameHome home, CancelSignal cancelSignal) {
    this.home = home;
    this.cancelSignal = cancelSignal;
  }

  /** Whether somebody has answered, or is about to. */
  boolean isClaimed() {
    return claimed.get();
  }

  @Override
  public boolean complete(Answer outcome) {
    if (!claimed.compareAndSet(false, true)) {
      return false;
    }
    home.answered(outcome);
    return super.complete(outcome);
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    if (claimed.compareAndSet(false, true)) {
      // The caller gave up: for the books a failure of its own making.
      home.answered(
          new Answer.Failed(ErrorCode.CANCELLED, "cancelled by the caller", Timings.none()));
      completeExceptionally(new CancellationException());
      cancelSignal.fire();
    }
    return isCancelled();
  }
}
