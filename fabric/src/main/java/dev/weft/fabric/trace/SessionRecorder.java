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

    /** A mark {@link TraceRecord.Checkpoint#begins}: the session's chain starts behind it. */
    void began(String session);

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

  /** Keeps a mark behind what was recorded before; one that finds no place is dropped. */
  void mark(TraceRecord.Checkpoint checkpoint);
}
