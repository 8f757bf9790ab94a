package dev.weft.fabric.session;

import java.time.Instant;
import java.util.List;

/** What happened to a session. Facts: they always apply. There is none per frame. */
public sealed interface SessionEvent {

  /**
   * A feeder began to number frames in an epoch of its own; lower epochs are over.
   *
   * @param feeder which process it is
   */
  record Opened(String tenant, long epoch, long budget, Instant at, FeederId feeder)
      implements SessionEvent {}

  /** The client told something of itself. */
  record ContextObserved(List<Signal> signals, Instant at) implements SessionEvent {

    public ContextObserved {
      signals = List.copyOf(signals);
    }
  }

  /** Frames {@code from} to {@code to} are in the trace, without a gap to those before. */
  record FramesCheckpointed(long epoch, long from, long to, String traceHash)
      implements SessionEvent {}

  /** An amount was set aside. */
  record BudgetReserved(long block, long amount) implements SessionEvent {}

  /** So much was spent of a block; the rest is free again. */
  record BudgetSettled(long block, long spent) implements SessionEvent {}

  /** Nothing more comes, but for what running frames still spend. */
  record Closed(String reason, Instant at) implements SessionEvent {}

  /** Something of a move between two sites. */
  sealed interface Move extends SessionEvent {}

  /** It shall go to a site, by the move {@code term}. */
  record MovePrepared(String to, long term) implements Move {}

  /** It does not go by this move. */
  record MoveCancelled(long term) implements Move {}

  /** What another site offers is kept. */
  record OfferHeld(SessionOffer offer) implements Move {}

  /** What was kept is not the session, and is forgotten. */
  record OfferDiscarded(long term) implements Move {}

  /** It is the other site's from now on; this is what decides a move. */
  record Released(String to, long term, String hash) implements Move {}

  /** What was kept is the session from now on. */
  record TakenUp(long term) implements Move {}
}
