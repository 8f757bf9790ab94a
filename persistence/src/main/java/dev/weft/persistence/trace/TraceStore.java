package dev.weft.persistence.trace;

import java.io.IOException;
import java.util.concurrent.CompletionStage;

/**
 * Keeps records in the order they came, by session, for as long as their class says. For any number
 * of threads.
 *
 * <p>What is promised: a record answered with {@link Outcome.Kept} is found again after {@code kill
 * -9} and after power loss. Records are committed in groups, so up to one window of records that
 * were not answered yet is lost with the process; the next opening notes that as one loss. A record
 * that is dropped or deleted is counted by exactly one {@link Loss}, written as soon as there is
 * room. Nothing else is ever missing from a session: its stream has no holes, and every record
 * carries the hash of the one before it.
 *
 * <p>A session's stream and chain are kept within a retention class: a session that writes to two
 * classes has two of them.
 */
public interface TraceStore extends TraceReader {

  /**
   * Takes {@code entry} to be written with the next group. Never blocks: if the queue is full the
   * entry is dropped.
   *
   * @return completes when the record is durable, or with why it was dropped; on the store's own
   *     thread, so what depends on it must be short. Records that are kept are answered in the
   *     order of their numbers, whatever their class; a drop may be answered at once
   * @throws IllegalArgumentException if the class is unknown or the entry larger than allowed
   * @throws IllegalStateException if the store is closed
   */
  CompletionStage<Outcome> append(TraceEntry entry);

  /** {@link #append(TraceEntry)} without attachments. */
  default CompletionStage<Outcome> append(TraceKey key, byte[] payload) {
    return append(new TraceEntry(key, payload));
  }

  /**
   * Whether a record with {@code key} would wait because whoever it is for cannot be reached. Who
   * appends it then marks it so, see {@link TraceKey#isDeferred}. Never blocks.
   */
  default boolean isDeferring(TraceKey key) {
    return false;
  }

  /**
   * Destroys the key of {@code session}, so that its payloads and attachments cannot be read by
   * anyone any more, backups of the segments included. Returns when that is durable. Appends to the
   * session are dropped from then on.
   *
   * @throws IllegalStateException if the store does not encrypt
   */
  void erase(String session) throws IOException;

  /** Commits what was taken, answers it, and lets go of the folder. */
  @Override
  void close() throws IOException;
}
