package dev.weft.link.exchange;

import java.util.Map;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Has requests carried out by those who answer their kinds, each when its turn comes, and tells the
 * senders.
 */
final class Desk {

  private static final Answer NOBODY =
      Answer.Refused.before(Reason.CANCELLED, "nobody waited any more when its turn came");

  private final Map<String, Handler> handlers;

  Desk(Map<String, Handler> handlers) {
    this.handlers = Map.copyOf(handlers);
  }

  void handle(Source source, long sequence, Asked asked) {
    var handler = handlers.get(asked.kind());
    if (handler == null) {
      throw new IllegalStateException("no handler of '%s'".formatted(asked.kind()));
    }
    source.turns(asked.lane()).execute(() -> handle(handler, source, sequence, asked));
  }

  private static void handle(Handler handler, Source source, long sequence, Asked asked) {
    if (asked.isGivenUp()) {
      tell(source, sequence, asked.lane(), NOBODY);
      return;
    }
    try {
      var _ =
          handler
              .handle(asked)
              .whenComplete(
                  (answer, failure) ->
                      tell(source, sequence, asked.lane(), answer(answer, failure)));
    } catch (RuntimeException e) {
      tell(source, sequence, asked.lane(), answer(null, e));
    }
  }

  private static Answer answer(@Nullable Answer answer, @Nullable Throwable failure) {
    if (failure == null && answer != null) {
      return answer;
    }
    var cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return Answer.Refused.perhapsAfter(
        Reason.FAILED, cause == null ? "no answer (expected: one)" : cause.toString());
  }

  private static void tell(Source source, long sequence, int lane, Answer answer) {
    synchronized (source) {
      source
          .complete(sequence, answer, System.nanoTime())
          .ifPresent(told -> source.visit().ifPresent(visit -> visit.reply(sequence, lane, told)));
    }
  }
}
