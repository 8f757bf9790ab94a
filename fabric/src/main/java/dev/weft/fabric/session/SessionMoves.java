package dev.weft.fabric.session;

import static dev.weft.fabric.session.SessionDecision.accept;
import static dev.weft.fabric.session.SessionDecision.isSoAlready;
import static dev.weft.fabric.session.SessionDecision.refuse;

import dev.weft.fabric.session.Whereabouts.Gone;
import dev.weft.fabric.session.Whereabouts.Held;
import dev.weft.fabric.session.Whereabouts.Here;
import dev.weft.fabric.session.Whereabouts.Leaving;
import java.util.Optional;

/**
 * How a session goes from one site to another: it is prepared here, kept there, released here, and
 * taken up there. The release is the one event that decides: before it the session is this site's,
 * whatever the other one keeps; after it, it is the other's, and nobody's until that site hears of
 * it. So a crash of either at any step leaves one that changes it, or for a while none.
 */
final class SessionMoves {

  private SessionMoves() {}

  /** A session is to go to a site; from now on nothing new begins. */
  static SessionDecision prepare(SessionState state, String to) {
    return switch (state.whereabouts()) {
      case Leaving(_, var already) when already.equals(to) -> isSoAlready();
      case Here(var term) when state.phase() == SessionState.Phase.OPEN && !to.isEmpty() ->
          accept(new SessionEvent.MovePrepared(to, term + 1));
      case Here _ when to.isEmpty() ->
          refuse(SessionRefusal.INVALID, "site: '' (expected: a name)");
      case Here _, Leaving _, Held _, Gone _ -> state.notServed();
    };
  }

  /** It is not to go after all. */
  static SessionDecision cancel(SessionState state, long term) {
    return switch (state.whereabouts()) {
      case Leaving leaving when leaving.nextTerm() == term ->
          accept(new SessionEvent.MoveCancelled(term));
      case Here(var last) when last >= term -> isSoAlready();
      case Here _, Leaving _, Held _, Gone _ -> otherTerm(state, term);
    };
  }

  /** Another site offers it. */
  static SessionDecision hold(SessionState state, SessionOffer offer) {
    return switch (state.whereabouts()) {
      case Here(var term) when state.phase() == SessionState.Phase.NEW && offer.term() > term ->
          accept(new SessionEvent.OfferHeld(offer));
      case Here(var term) when term == offer.term() -> isSoAlready();
      case Held held when held.term() == offer.term() && held.hash().equals(offer.hash()) ->
          isSoAlready();
      case Held held when offer.term() >= held.term() -> accept(new SessionEvent.OfferHeld(offer));
      case Gone(var term, _, _) when offer.term() > term ->
          accept(new SessionEvent.OfferHeld(offer));
      case Here _, Leaving _, Held _, Gone _ -> otherTerm(state, offer.term());
    };
  }

  /** The other site keeps what was offered: it is its from now on. */
  static SessionDecision release(SessionState state, String to, String hash) {
    return switch (state.whereabouts()) {
      case Leaving leaving when leaving.to().equals(to) -> {
        var now = offer(state, "").hash();
        yield now.equals(hash)
            ? accept(new SessionEvent.Released(to, leaving.nextTerm(), hash))
            : refuse(
                SessionRefusal.OUT_OF_ORDER,
                "hash %s (expected: %s, as it changed since it was offered)".formatted(hash, now));
      }
      case Gone(_, var already, var given) when already.equals(to) && given.equals(hash) ->
          isSoAlready();
      case Here _, Leaving _, Held _, Gone _ -> state.notServed();
    };
  }

  /** The other site has released it: what is held is the session from now on. */
  static SessionDecision takeUp(SessionState state, long term, String hash) {
    return switch (state.whereabouts()) {
      case Held held when held.term() == term && held.hash().equals(hash) ->
          accept(new SessionEvent.TakenUp(term));
      case Here(var present) when present == term && term > 0 -> isSoAlready();
      case Leaving(var present, _) when present == term && term > 0 -> isSoAlready();
      case Here _, Leaving _, Held _, Gone _ -> otherTerm(state, term);
    };
  }

  /**
   * The other site has not released it by this move and never will: it has used up the move's
   * number otherwise. That it only has not yet is not enough, as that word may come late.
   */
  static SessionDecision discard(SessionState state, long term) {
    return state.whereabouts() instanceof Held held && held.term() == term
        ? accept(new SessionEvent.OfferDiscarded(term))
        : isSoAlready();
  }

  /**
   * What a session that is {@link Leaving} offers: itself, to be fed anew in an epoch of the site
   * it goes to.
   */
  static SessionOffer offer(SessionState state, String from) {
    var offered = state.unfed().at(new Here(state.whereabouts().term() + 1));
    return new SessionOffer(
        from, state.whereabouts().term() + 1, SessionCodec.digest(offered), offered);
  }

  static SessionState on(SessionState state, SessionEvent.Move event) {
    return switch (event) {
      case SessionEvent.MovePrepared(var to, _) ->
          state.at(new Leaving(state.whereabouts().term(), to));
      case SessionEvent.MoveCancelled(var term) -> state.at(new Here(term));
      case SessionEvent.OfferHeld(var offer) ->
          state.at(
              new Held(offer.term(), offer.from(), offer.hash(), offer.offered(), before(state)));
      case SessionEvent.Released(var to, var term, var hash) ->
          SessionState.none().at(new Gone(term, to, hash));
      case SessionEvent.TakenUp _ ->
          state.whereabouts() instanceof Held held ? held.offered() : state;
      case SessionEvent.OfferDiscarded _ ->
          SessionState.none().at(before(state).<Whereabouts>map(gone -> gone).orElse(new Here(0)));
    };
  }

  private static Optional<Gone> before(SessionState state) {
    return switch (state.whereabouts()) {
      case Gone gone -> Optional.of(gone);
      case Held held -> held.before();
      case Here _, Leaving _ -> Optional.empty();
    };
  }

  private static SessionDecision otherTerm(SessionState state, long given) {
    return refuse(
        SessionRefusal.STALE_EPOCH,
        "move %d (expected: one that fits %s)".formatted(given, state.whereabouts()));
  }
}
