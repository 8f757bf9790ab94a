package dev.weft.persistence.outbox;

import java.time.Instant;
import java.util.Optional;

/**
 * How far an outbox is, and what it waits for.
 *
 * @param acknowledged through which number the sink has everything
 * @param sent batches that were acknowledged since it was opened
 * @param bytes of those, as they were sent, retries included
 * @param failures in a row, up to now
 * @param error why the last attempt failed; empty after one that did not
 * @param nextAttempt when it tries again, if it waits for that
 */
public record OutboxStatus(
    String sink,
    String source,
    Doing doing,
    long acknowledged,
    long sent,
    long bytes,
    int failures,
    Optional<String> error,
    Optional<Instant> nextAttempt) {

  /** What an outbox does. */
  public enum Doing {
    /** Nothing waits to be sent. */
    IDLE,
    /** A batch is to fill first. */
    FILLING,
    /** A batch is on its way. */
    SENDING,
    /** The last attempt failed; the next one has its time. */
    WAITING_TO_RETRY,
    /** It is not within its hours. */
    OUTSIDE_WINDOW,
    /** The bytes of this second are used up. */
    CAPPED,
    CLOSED
  }
}
