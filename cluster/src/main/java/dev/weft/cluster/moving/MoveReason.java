package dev.weft.cluster.moving;

import java.util.Locale;

/** Why a session goes to another site. */
public enum MoveReason {
  /** All nodes of its site are hot. */
  HEAT,
  /** A second of processor costs less there. */
  COST,
  /** Its site is to have no sessions. */
  DRAIN,
  /** It may not be where it is. */
  RESIDENCY,
  /** Somebody said so. */
  OPERATOR;

  /** As it is written for people. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a session that went for it comes home when it is over. */
  boolean isPassing() {
    return this == HEAT || this == COST || this == DRAIN;
  }
}
