package dev.weft.fabric.session;

import java.util.concurrent.CompletableFuture;

/**
 * Brings a session from one site to another, step by step; see {@link SessionMoves}. What was left
 * half done, by whomever, is brought to its end by {@link #mend}, and by whoever asks for the
 * session. Threadsafe; no method blocks.
 */
public final class SessionTransfer {

  /** It may move while it is looked for. */
  private static final int MOVES_FOLLOWED_MAX = 8;

  private final Sessions sessions;
  private final String session;

  /**
   * @param sessions reaches the entities of the session at both sites
   */
  public SessionTransfer(Sessions sessions, String session) {
    this.sessions = sessions;
    this.session = session;
  }

  /**
   * Moves the session to a site, from wherever it is. Does nothing if it is there.
   *
   * @param home where it was opened, which knows where it went
   * @return its state at {@code to}
   */
  public CompletableFuture<SessionState> bring(String home, String to) {
    return find(home, MOVES_FOLLOWED_MAX)
        .thenCompose(from -> from.equals(to) ? at(to).state() : move(from, to));
  }

  /** The session as a site knows it, which may be that it is another's. */
  public CompletableFuture<SessionState> look(String site) {
    return at(site).state();
  }

  /** Where it is, and would begin its next move from. */
  private CompletableFuture<String> find(String site, int more) {
    return at(site)
        .state()
        .thenCompose(
            state ->
                switch (state.whereabouts()) {
                  case Whereabouts.Gone(_, var next, _) when more > 0 -> find(next, more - 1);
                  case Whereabouts.Held _ when more > 0 ->
                      mend(site).thenCompose(mended -> findAfter(mended, site, more - 1));
                  case Whereabouts.Here _, Whereabouts.Leaving _ ->
                      CompletableFuture.completedFuture(site);
                  case Whereabouts.Gone _, Whereabouts.Held _ ->
                      CompletableFuture.failedFuture(moving());
                });
  }

  /** What is held still, after that was mended, is the other's for now. */
  private CompletableFuture<String> findAfter(SessionState mended, String site, int more) {
    return mended.whereabouts() instanceof Whereabouts.Held(_, var from, _, _, _)
        ? find(from, more)
        : find(site, more);
  }

  private SessionException moving() {
    return new SessionException(
        SessionRefusal.MOVING, "session '%s': another move was quicker".formatted(session));
  }

  /**
   * Moves the session. It stays where it is, and goes on there, if the other site does not answer
   * before it is released; of a release that it did not hear of, whoever asks for the session there
   * tells it.
   *
   * @param from the site at which it is
   * @return its state at the other site
   */
  public CompletableFuture<SessionState> move(String from, String to) {
    return at(from)
        .prepareMove(to)
        .thenCompose(_ -> at(from).settle())
        .thenCompose(state -> offer(state, from, to));
  }

  private CompletableFuture<SessionState> offer(SessionState leaving, String from, String to) {
    if (!(leaving.whereabouts() instanceof Whereabouts.Leaving)) {
      return CompletableFuture.failedFuture(moving());
    }
    var offer = SessionMoves.offer(leaving, from);
    return at(to)
        .hold(offer)
        .thenCompose(_ -> at(from).release(to, offer.hash()))
        .handle(
            (_, problem) ->
                problem == null
                    ? takeUp(to, offer.term(), offer.hash())
                    : stay(from, to, offer.term(), problem))
        .thenCompose(next -> next);
  }

  private CompletableFuture<SessionState> takeUp(String to, long term, String hash) {
    return at(to).takeUp(term, hash);
  }

  /** Unless it was released all the same, as when only the answer got lost. */
  private CompletableFuture<SessionState> stay(String from, String to, long term, Throwable why) {
    return at(from)
        .cancelMove(term)
        .handle(
            (_, problem) ->
                problem == null ? CompletableFuture.<SessionState>failedFuture(why) : mend(to))
        .thenCompose(next -> next);
  }

  /**
   * Brings a move to its end of which a site knows only a part: what it holds is taken up if the
   * other site released it, and forgotten if that never will; what is about to leave it stays.
   *
   * @return its state at {@code site} after
   */
  public CompletableFuture<SessionState> mend(String site) {
    return at(site)
        .state()
        .thenCompose(
            state ->
                switch (state.whereabouts()) {
                  case Whereabouts.Held held -> mend(site, held, state);
                  case Whereabouts.Leaving leaving -> at(site).cancelMove(leaving.nextTerm());
                  case Whereabouts.Here _, Whereabouts.Gone _ ->
                      CompletableFuture.completedFuture(state);
                });
  }

  /**
   * Has a site take up what it holds, if the site it comes from has released it.
   *
   * @param refused what the site that holds it says
   * @return the site at which it is then; fails with {@code refused} if it is still the other's
   */
  CompletableFuture<String> finish(SessionException refused) {
    return at(refused.site())
        .state()
        .thenCompose(
            other ->
                other.whereabouts() instanceof Whereabouts.Gone(var term, var to, var hash)
                    ? takeUp(to, term, hash).thenApply(_ -> to)
                    : CompletableFuture.failedFuture(refused));
  }

  private CompletableFuture<SessionState> mend(
      String site, Whereabouts.Held held, SessionState state) {
    return at(held.from())
        .state()
        .thenCompose(
            other -> {
              if (other
                  .whereabouts()
                  .equals(new Whereabouts.Gone(held.term(), site, held.hash()))) {
                return takeUp(site, held.term(), held.hash());
              }
              return other.whereabouts().term() >= held.term()
                  ? at(site).discard(held.term())
                  : CompletableFuture.completedFuture(state);
            });
  }

  private Sessions.At at(String site) {
    return sessions.at(session, site);
  }
}
