package dev.weft.fabric.session;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A feeder whose sessions are told by a {@link SessionTrail} of their frames. Threadsafe. */
public final class TrailFeeder implements Feeder {

  private final FeederId id;
  private final SessionTrail trail;
  private volatile @Nullable Sessions sessions;

  public TrailFeeder(FeederId id, SessionTrail trail) {
    this.id = id;
    this.trail = trail;
  }

  /** Tells through whom sessions are told; before that none is followed. */
  public void tellThrough(Sessions all) {
    sessions = all;
  }

  @Override
  public FeederId id() {
    return id;
  }

  @Override
  public void follows(String session, SessionState state) {
    var told = sessions;
    if (told != null) {
      trail.follow(told, session, state);
    }
  }

  @Override
  public CompletionStage<Void> settles(String session) {
    return sessions == null ? CompletableFuture.completedFuture(null) : trail.settle(session);
  }

  @Override
  public void leaves(String session) {
    trail.forget(session);
  }
}
