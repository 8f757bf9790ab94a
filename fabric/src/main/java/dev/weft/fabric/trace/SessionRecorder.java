package dev.weft.fabric.trace;

import dev.weft.fabric.pipeline.FrameRecorder;
import java.util.concurrent.CompletableFuture;

/** A recorder that knows when a session's frames are durable, and keeps where the session stood. */
public interface SessionRecorder extends FrameRecorder {

  /**
   * Is told what became durable, in the order in which a reader will find it. Called on the
   * recorder's or its store's thread: no method may block or throw.
   */
  interface Follower {

    /**
     * A mark that {@link TraceRecord.Checkpoint#begins} was kept, so that the session's chain
     * starts behind it, or dropped.
     */
    void marked(String session, boolean isKept);

    /**
     * A frame of a session.
     *
     * @param record as {@link TraceCodec} writes it
     */
    void kept(String session, byte[] record);
  }

  /** Tells {@code follower} from now on; there is one. */
  void follow(Follower follower);

  /** Records what waits, on the calling thread; completes when that is durable or dropped. */
  CompletableFuture<Void> settle();

  /**
   * Keeps a mark behind what was recorded before.
   *
   * @return whether there was place for it to wait
   */
  boolean mark(TraceRecord.Checkpoint checkpoint);
}
