package dev.weft.persistence.outbox;

import java.util.concurrent.CompletionStage;

/**
 * Where batches go. Delivery is at least once: a batch whose answer was lost is sent again, also
 * with other bounds. It is effective once by (source, number): a sink keeps what it takes together
 * with the highest number of the source, on its disk and at once, and passes over numbers that are
 * not above it.
 *
 * <p>A sink answers {@link Delivery.Acknowledged} only when all it names is durable, never before.
 */
public interface Sink extends AutoCloseable {

  /**
   * Delivers a batch in its envelope, see {@link BatchCodec}. One at a time. Does not block for
   * longer than a disk does.
   *
   * @return completes with how it ended, on any thread; never exceptionally
   */
  CompletionStage<Delivery> deliver(byte[] envelope);

  /**
   * How far the sink is, before anything is delivered: through which number it has everything of
   * {@code source}, 0 if nothing. Otherwise as {@link #deliver}.
   *
   * @return completes with {@link Delivery.Acknowledged}, or with why there is no answer
   */
  CompletionStage<Delivery> reached(String source);

  @Override
  void close();
}
