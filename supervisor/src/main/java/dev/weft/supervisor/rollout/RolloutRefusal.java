package dev.weft.supervisor.rollout;

/** Why a rollout does not do what is asked of it. */
public enum RolloutRefusal {
  /** What was asked cannot be, whatever the state. */
  INVALID,
  /** A rollout of this stage is under way. */
  UNDER_WAY,
  /** None is under way, or it is not at the point where that can be asked. */
  NOT_NOW,
  /** The candidate crashed before and is denied. */
  DENIED,
  /** There is no evidence, and nobody accepted the risk. */
  NO_EVIDENCE,
  /** A controller that came later is in charge. */
  STALE_EPOCH,
  /** Too many requests wait. */
  BUSY,
  /** The journal cannot be read or written. */
  JOURNAL_FAILED,
  /** It was stopped before it could answer. */
  STOPPED
}
