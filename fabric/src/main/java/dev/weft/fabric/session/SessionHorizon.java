package dev.weft.fabric.session;

/** Tells which requests speak of what a session has not come to yet, as far as its state tells. */
final class SessionHorizon {

  private SessionHorizon() {}

  /**
   * Whether who asks knows of more than {@code state}: by an epoch, frames, a block or a move that
   * it has not come to. Who is behind is refused for good, and has no journal read for it; nor has
   * who speaks of frames or blocks of a session that is elsewhere, which has none here.
   */
  static boolean isBeyond(SessionState state, SessionEntity.Request request) {
    var block = state.budget().lastBlock();
    var term = state.whereabouts().term();
    var isHere = state.whereabouts() instanceof Whereabouts.Here;
    return switch (request) {
      case SessionEntity.RecordFrames(var epoch, var from, _, _, _) ->
          isHere
              && (epoch > state.epoch()
                  || epoch == state.epoch() && from > state.checkpoint().lastFrame() + 1);
      case SessionEntity.ReserveBudget(var asked, _, _) -> isHere && asked > block + 1;
      case SessionEntity.SettleBudget(var asked, _, _) -> isHere && asked > block;
      case SessionEntity.HoldOffer(var offer, _) -> offer.term() > term;
      case SessionEntity.TakeUp(var asked, _, _) -> asked > term;
      case SessionEntity.CancelMove(var asked, _) -> asked > term;
      case SessionEntity.Open _,
          SessionEntity.Observe _,
          SessionEntity.Close _,
          SessionEntity.Tell _,
          SessionEntity.Claim _,
          SessionEntity.Settle _,
          SessionEntity.PrepareMove _,
          SessionEntity.Release _,
          SessionEntity.DiscardOffer _ ->
          false;
    };
  }
}
