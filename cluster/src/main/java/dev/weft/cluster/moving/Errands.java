package dev.weft.cluster.moving;

import dev.weft.cluster.site.SiteName;
import dev.weft.fabric.problem.Cause;
import dev.weft.fabric.session.SessionState;
import dev.weft.fabric.session.Whereabouts;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Brings sessions away and home, noting before each that is to come home where it goes: so whatever
 * ends in the midst, it is known afterwards. Threadsafe; no method blocks, and none fails.
 */
final class Errands {

  private final SiteName here;
  private final Carrier carrier;
  private final Function<List<MovingEvent>, ? extends CompletionStage<?>> note;

  /**
   * @param note completes when what it is given is durable
   */
  Errands(
      SiteName here,
      Carrier carrier,
      Function<List<MovingEvent>, ? extends CompletionStage<?>> note) {
    this.here = here;
    this.carrier = carrier;
    this.note = note;
  }

  /**
   * Brings a session away from here.
   *
   * @param now noted as when it went
   */
  CompletionStage<Outcome> bringAway(SessionMove move, Instant now) {
    return saying(carrier.look(move.session(), here).thenCompose(state -> away(move, state, now)));
  }

  private CompletionStage<Outcome> away(SessionMove move, SessionState state, Instant now) {
    if (state.phase() != SessionState.Phase.OPEN) {
      return done(Outcome.nothing("it is not open at site '%s'".formatted(here)));
    }
    return switch (state.whereabouts()) {
      case Whereabouts.Here(var term) ->
          noted(move, term + 1, now).thenCompose(_ -> go(move, term + 1));
      // By whom it is moved is not known; who began it may be gone.
      case Whereabouts.Leaving(var term, var to) when to.equals(move.to().text()) ->
          noted(move, term + 1, now).thenCompose(_ -> go(move, term + 1));
      case Whereabouts.Leaving(_, var to) ->
          done(Outcome.failed("it is about to go to site '%s'".formatted(to)));
      case Whereabouts.Held _, Whereabouts.Gone _ -> done(Outcome.nothing("it is at another site"));
    };
  }

  private CompletionStage<?> noted(SessionMove move, long term, Instant now) {
    return move.reason().isPassing()
        ? note.apply(
            List.of(
                new MovingEvent.WentAway(
                    new Away(move.session(), move.tenant(), move.to(), move.reason(), term, now))))
        : CompletableFuture.completedFuture(null);
  }

  private CompletionStage<Outcome> go(SessionMove move, long term) {
    return carrier
        .move(move.session(), move.from(), move.to())
        .handle(
            (_, problem) ->
                problem == null
                    ? done(Outcome.moved())
                    : stayed(move, term, Outcome.failed(Cause.words(problem))))
        .thenCompose(next -> next);
  }

  /** Unless it was released all the same: then it is the other site's when that hears of it. */
  private CompletionStage<Outcome> stayed(SessionMove move, long term, Outcome failed) {
    return carrier
        .look(move.session(), here)
        .thenCompose(
            state ->
                state.whereabouts() instanceof Whereabouts.Gone gone && gone.term() == term
                    ? carrier.mend(move.session(), move.to()).thenApply(_ -> Outcome.moved())
                    : ended(move.session(), failed));
  }

  /** Brings a session home that went away from here, unless somebody else has moved it since. */
  CompletionStage<Outcome> bringHome(Away away) {
    return saying(carrier.look(away.session(), away.to()).thenCompose(state -> home(away, state)));
  }

  private CompletionStage<Outcome> home(Away away, SessionState there) {
    var isOpen = there.phase() == SessionState.Phase.OPEN;
    return switch (there.whereabouts()) {
      case Whereabouts.Here(var term) when isOpen && term == away.term() ->
          carrier
              .move(away.session(), away.to(), here)
              .thenCompose(_ -> ended(away.session(), Outcome.moved()));
      case Whereabouts.Leaving(var term, var to) when term == away.term() ->
          to.equals(here.text())
              ? carrier
                  .move(away.session(), away.to(), here)
                  .thenCompose(_ -> ended(away.session(), Outcome.moved()))
              : done(Outcome.failed("it is about to go to site '%s'".formatted(to)));
      case Whereabouts.Held(var term, _, _, _, _) when term == away.term() -> halfDone(away);
      case Whereabouts.Here _, Whereabouts.Leaving _, Whereabouts.Held _, Whereabouts.Gone _ ->
          ended(away.session(), Outcome.nothing("somebody else has closed or moved it"));
    };
  }

  /** What ended in the midst of its way there comes to its end, and home the next time. */
  private CompletionStage<Outcome> halfDone(Away away) {
    return carrier
        .look(away.session(), here)
        .thenCompose(
            state ->
                state.whereabouts() instanceof Whereabouts.Gone
                    ? carrier
                        .mend(away.session(), away.to())
                        .thenApply(_ -> Outcome.failed("it is on its way there"))
                    : ended(away.session(), Outcome.nothing("it never went")));
  }

  /** Brings to its end what a move left half done here. */
  CompletionStage<Outcome> mend(String session) {
    return saying(carrier.mend(session, here).thenApply(_ -> Outcome.nothing("it is mended")));
  }

  private CompletionStage<Outcome> ended(String session, Outcome outcome) {
    return note.apply(List.of(new MovingEvent.AwayEnded(session))).thenApply(_ -> outcome);
  }

  private static CompletionStage<Outcome> done(Outcome outcome) {
    return CompletableFuture.completedFuture(outcome);
  }

  private static CompletionStage<Outcome> saying(CompletionStage<Outcome> outcome) {
    return outcome.exceptionally(problem -> Outcome.failed(Cause.words(problem)));
  }
}
