package dev.weft.cluster.fleet;

/**
 * What a node is to do about the latest rollout of a stage. Of two orders of one epoch, the later
 * constant is the later order.
 */
public enum Order {
  /** Keep what answers; nothing older counts any more. */
  KEEP,
  /** Roll the variant out, judged by its own gates. */
  BEGIN,
  /** Take it back, also if it was promoted. */
  ROLL_BACK
}
