package dev.weft.cluster.fleet;

/** How a node stands with what it was ordered. */
public enum Standing {
  /** It runs what it ran before, or had put back. */
  KEEPS,
  /** It cannot do what it was ordered, and tries again when it is told again. */
  REFUSES,
  /** The candidate is on trial there. */
  TRIES,
  /** The candidate was promoted, and is held against what it replaced. */
  WATCHES,
  /** The candidate was promoted for good. */
  HOLDS,
  /** The candidate failed there and was taken back. */
  ROLLED_BACK
}
