package dev.weft.fabric.session;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Who has the frames of sessions in one process, as a session's entity there knows it. Threadsafe;
 * no method blocks.
 */
public interface Feeder {

  /** Which process this is. */
  FeederId id();

  /** A session is fed here from now on, or still is. */
  void follows(String session, SessionState state);

  /** Completes when a session knows which of its frames are in the trace by now. */
  CompletionStage<Void> settles(String session);

  /** A session is not fed here any more: it was closed or has gone. */
  void leaves(String session);

  /** One of a node in no cluster, whose frames are in no trace. */
  static Feeder untraced(long process) {
    return untraced(FeederId.of(process));
  }

  /** One whose frames are in no trace. */
  static Feeder untraced(FeederId id) {
    return new Feeder() {
      @Override
      public FeederId id() {
        return id;
      }

      @Override
      public void follows(String session, SessionState state) {}

      @Override
      public CompletionStage<Void> settles(String session) {
        return CompletableFuture.completedFuture(null);
      }

      @Override
      public void leaves(String session) {}
    };
  }
}
