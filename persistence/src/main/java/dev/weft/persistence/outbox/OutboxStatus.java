package dev.weft.persistence.outbox;

import java.time.Instant;
import java.util.Optional;

/**
 * How far an outbox is, and what it waits for.
 *
 * @param acknowledged through which number the sink has everything
 * @param sent batches that were acknowledged since it was opened
 * @param bytes of those, as they were sent; attempts that failed are not counted
 * @param deferred records that were acknowledged since it was opened, of those that were kept while
 *     the sink could not be reached
 * @param failures in a row, up to now
 * @param lastFailure of an attempt since it was opened; stays when later ones succeed; also that
 *     the sink had less than it acknowledged before, which is no failure by itself
 * @param nextAttempt when it tries again, if it waits for that
 */
public record OutboxStatus(
    String sink,
    String source,
    Doing doing,
    long acknowledged,
    long sent,
    long bytes,
    long deferred,
    int failures,
    Optional<Failure> lastFailure,
    Optional<Instant> nextAttempt) {

  /** An attempt that failed. */
  public record Failure(Instant at, String why) {}

  /** Why the last attempt failed; empty after one that did not. */
  public Optional<String> error() {
    return failures == 0 ? Optional.empty() : lastFailure.map(Failure::why);
  }

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
