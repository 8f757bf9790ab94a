package dev.weft.fabric.sequence;

import dev.weft.fabric.pipeline.Answer;
import dev.weft.fabric.pipeline.Request;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One request of a sequence until its answer, which its caller holds. Cancelling it takes it out of
 * the line, or cancels its frame.
 */
final class PendingStep extends CompletableFuture<Answer> {

  final SequenceStep step;
  final SequenceKey key;
  final Request request;
  final long bytes;
  final long deadlineNanos;
  private final SequenceDoor door;

  /** Tells those of one deadline apart; given when it is taken in, as is {@link #sequence}. */
  long number;

  @Nullable Sequence sequence;

  /** What runs for it, once something does. */
  @Nullable CompletableFuture<Answer> frame;

  /** Why its caller does not wait any more, if he said so before there was a frame. */
  @Nullable Throwable givenUp;

  /** Whether it is answered and stays in line only because it starts a sequence. */
  boolean isOver;

  PendingStep(
      SequenceDoor door, SequenceStep step, SequenceKey key, Request request, long deadlineNanos) {
    this.door = door;
    this.step = step;
    this.key = key;
    this.request = request;
    this.deadlineNanos = deadlineNanos;
    this.bytes = request.inputs().values().stream().mapToLong(each -> each.byteSize()).sum();
  }

  /** Hands over the answer, or closes it if nobody waits for it. */
  void answer(Answer answer) {
    if (!complete(answer)) {
      answer.close();
    }
  }

  /** Tells the caller that there is no answer as he gave up. */
  void fail(Throwable why) {
    super.completeExceptionally(why);
  }

  @Override
  public boolean cancel(boolean mayInterruptIfRunning) {
    door.giveUp(this, new CancellationException());
    return isCancelled();
  }

  /** As {@link #cancel}: whoever does this, such as {@code orTimeout}, waits no longer. */
  @Override
  public boolean completeExceptionally(Throwable why) {
    door.giveUp(this, why);
    return isCompletedExceptionally();
  }
}
