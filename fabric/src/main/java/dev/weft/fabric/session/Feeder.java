package dev.weft.fabric.session;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Who has the frames of sessions in one process, as a session's entity there knows it. Threadsafe;
 * no method blocks.
 */
public interface Feeder {

  /** Number of this process among those that had the site's journal, above all before it. */
  long number();

  /** A session is fed here from now on, or still is. */
  void follows(String session, SessionState state);

  /** Completes when a session knows which of its frames are in the trace by now. */
  CompletionStage<Void> settles(String session);

  /** A session is not fed here any more: it was closed or has gone. */
  void leaves(String session);

  /** One whose frames are in no trace. */
  static Feeder untraced(long number) {
    return new Feeder() {
      @Override
      public long number() {
        return number;
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
