package dev.weft.link.exchange;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A request whose answer somebody waits for. What changes in it belongs to the {@link Ledger}. */
final class Pending extends Parcel {

  private final String kind;
  private final long deadlineNanos;
  private final CompletableFuture<Answer> answer = new CompletableFuture<>();

  /** 0 until its first part is sent. */
  long sequence;

  /** Nobody waits for it any more, and the receiver has not answered yet. */
  boolean isGivenUp;

  /** It has its answer, or never will; it takes no credit any more. */
  boolean isOver;

  @Nullable Assembly arriving;

  Pending(Request request, long nowNanos) {
    super(request.lane(), request.payload());
    this.kind = request.kind();
    this.deadlineNanos = nowNanos + request.timeLeft().toNanos();
  }

  String kind() {
    return kind;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  CompletableFuture<Answer> answer() {
    return answer;
  }
}
