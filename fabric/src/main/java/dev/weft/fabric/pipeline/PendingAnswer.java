package dev.weft.fabric.pipeline;

import dev.weft.stages.spi.ErrorCode;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/**
 * The answer to a frame as its caller holds it: given once, and cancelling it cancels the frame.
 *
 * <p>Whoever answers first claims the answer, then it is counted, and only then the caller sees it,
 * so that the counters are never behind what callers know.
 */
final class PendingAnswer extends CompletableFuture<Answer> {

  private static final VarHandle CLAIMED;

  static {
    try {
      CLAIMED = MethodHandles.lookup().findVarHandle(PendingAnswer.class, "claimed", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final FrameHome home;
  private final CancelSignal cancelSignal;
  private final Admission admitted;

  @SuppressWarnings("unused") // by the handle
  private volatile boolean claimed;

  PendingAnswer(FrameHome home, CancelSignal cancelSignal, Admission admitted) {
    this.home = home;
    this.cancelSignal = cancelSignal;
    this.admitted = admitted;
  }

  /** Whether somebody has answered, or is about to. */
  boolean isClaimed() {
    return claimed;
  }

  private boolean claim() {
    return CLAIMED.compareAndSet(this, false, true);
  }

  @Override
  public boolean complete(Answer outcome) {
    if (!claim()) {
      return false;
    }
    home.answered(admitted, outcome);
    return super.complete(outcome);
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    left(new CancellationException());
    return isCancelled();
  }

  /** As {@link #cancel}: whoever does this, such as {@code orTimeout}, waits no longer. */
  @Override
  public boolean completeExceptionally(Throwable why) {
    return left(why);
  }

  private boolean left(Throwable why) {
    if (!claim()) {
      return false;
    }
    // The caller gave up: for the books a failure of its own making.
    var waited = home.clock().nanos() - admitted.nanos();
    home.answered(
        admitted,
        new Answer.Failed(
            ErrorCode.CANCELLED,
            "cancelled by the caller",
            Timings.total(waited, admitted.number())));
    home.callerLeft(waited);
    super.completeExceptionally(why);
    cancelSignal.fire();
    home.answeredEarly();
    return true;
  }
}
