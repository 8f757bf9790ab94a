package dev.weft.persistence.outbox;

import dev.weft.persistence.segment.Pacer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The question to a sink how far it is, asked before anything is claimed of it that it did not say
 * itself. Over as soon as it has answered anything. For one thread.
 */
final class Inquiry {

  private final Sink sink;
  private final String source;
  private @Nullable CompletableFuture<Delivery> reply;
  private long askedAtNanos;
  private boolean isOver;

  Inquiry(Sink sink, String source) {
    this.sink = sink;
    this.source = source;
  }

  /** Whether the sink was heard since this was made. */
  boolean isOver() {
    return isOver;
  }

  /** The sink has said how far it is. */
  void heard() {
    isOver = true;
    reply = null;
  }

  /** Nobody answered; it may be asked again. */
  void failed() {
    reply = null;
  }

  /** Whether an answer is waited for. */
  boolean isOpen() {
    return reply != null;
  }

  long askedAtNanos() {
    return askedAtNanos;
  }

  /** The answer to come, which wakes {@code pacer}; asks if that was not done yet. */
  CompletableFuture<Delivery> reply(long nanos, Pacer pacer) {
    var asked = reply;
    if (asked == null) {
      askedAtNanos = nanos;
      asked = sink.reached(source).toCompletableFuture();
      reply = asked;
      if (!asked.isDone()) {
        var _ = asked.whenComplete((_, _) -> pacer.wake());
      }
    }
    return asked;
  }
}
