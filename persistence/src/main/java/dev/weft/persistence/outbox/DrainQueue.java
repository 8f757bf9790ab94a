package dev.weft.persistence.outbox;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Callers who wait until nothing is left to send. Any thread joins; all else is for the thread that
 * steps the outbox.
 */
final class DrainQueue {

  private final Queue<Caller> joining = new ConcurrentLinkedQueue<>();
  private final List<Caller> present = new ArrayList<>();

  private record Caller(boolean isFlush, CompletableFuture<Boolean> done) {}

  /**
   * Adds a caller.
   *
   * @param isFlush whether he hurries, and gives up when something is in the way
   * @return completes with whether nothing is left to send
   */
  CompletableFuture<Boolean> join(boolean isFlush) {
    var caller = new Caller(isFlush, new CompletableFuture<>());
    joining.add(caller);
    return caller.done();
  }

  /** Those who come later wait for what is found later. */
  void admit() {
    for (var caller = joining.poll(); caller != null; caller = joining.poll()) {
      present.add(caller);
    }
  }

  /** Whether somebody hurries. */
  boolean isFlushing() {
    return present.stream().anyMatch(Caller::isFlush);
  }

  /** Nothing is left to send. */
  void drained() {
    present.forEach(caller -> caller.done().complete(true));
    present.clear();
  }

  /** Something is in the way for now. */
  void hindered() {
    present.removeIf(caller -> caller.isFlush() && caller.done().complete(false));
  }
}
