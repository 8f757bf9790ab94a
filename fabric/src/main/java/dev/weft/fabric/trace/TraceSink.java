package dev.weft.fabric.trace;

import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Where records are kept. Used by one thread at a time. */
public interface TraceSink extends AutoCloseable {

  /**
   * Keeps one record behind those before it.
   *
   * @param retention class it is kept under, as the pipeline's manifest says; empty for the default
   * @throws TraceException if it cannot be kept; then nothing of it is
   */
  void append(TraceRecord record, String retention);

  /**
   * Whether a {@link TraceRecord.Content} stays for all frames behind it; if not, it is given again
   * before each frame that has it.
   */
  default boolean keepsContents() {
    return true;
  }

  /** Tells {@code follower} of what becomes durable; one that cannot know tells nothing. */
  default void follow(SessionRecorder.Follower follower) {}

  /** Completes when all that was appended is durable or dropped, without its doing anything. */
  default CompletableFuture<Void> settled() {
    return CompletableFuture.completedFuture(null);
  }

  /** Frames that were taken and dropped later, by why. May be asked by any thread. */
  default Map<String, Long> droppedFrames() {
    return Map.of();
  }

  /** Has all that was appended where a reader finds it. */
  void flush();

  @Override
  void close();
}
