package dev.weft.cluster.frame;

import dev.weft.link.exchange.Answer;
import dev.weft.link.exchange.Asked;
import dev.weft.link.exchange.Handler;
import dev.weft.link.exchange.Reason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Lets requests through until it is shut, and knows when the last one inside has left. Threadsafe.
 */
final class Gate implements Handler {

  private final Handler inner;
  private final CompletableFuture<Void> empty = new CompletableFuture<>();
  private int inside;
  private boolean isShut;

  Gate(Handler inner) {
    this.inner = inner;
  }

  @Override
  public CompletionStage<Answer> handle(Asked asked) {
    if (!isLet()) {
      return CompletableFuture.completedFuture(
          Answer.Refused.before(Reason.CLOSED, "the node is about to end"));
    }
    try {
      return inner.handle(asked).whenComplete((_, _) -> left());
    } catch (RuntimeException e) {
      left();
      throw e;
    }
  }

  private synchronized boolean isLet() {
    if (isShut) {
      return false;
    }
    inside++;
    return true;
  }

  private synchronized void left() {
    inside--;
    tellIfEmpty();
  }

  /** Lets nobody through any more. Completes when nobody is inside. */
  synchronized CompletableFuture<Void> shut() {
    isShut = true;
    tellIfEmpty();
    return empty.copy();
  }

  private void tellIfEmpty() {
    if (isShut && inside == 0) {
      empty.complete(null);
    }
  }
}
