package dev.weft.fabric.session;

import java.time.Instant;
import java.util.List;

/** What happened to a session. Facts: they always apply. There is none per frame. */
public sealed interface SessionEvent {

  /** A feeder began to number frames in an epoch of its own; lower epochs are over. */
  record Opened(String tenant, long epoch, long budget, Instant at) implements SessionEvent {}

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
}
