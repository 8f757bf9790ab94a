package dev.weft.cluster.fleet;

import java.util.Set;

/**
 * The latest rollout of a stage on this node, and what runs there.
 *
 * @param running variants that the stage's steps run; empty if no step runs it
 * @param number counts the stage's rollouts on this node from 1; 0 before the first
 * @param candidate of it; empty before the first
 * @param why it stands so, in a sentence; may be empty
 */
public record LocalRollout(
    Set<String> running, long number, String candidate, Phase phase, String why) {

  /** How far it is. */
  public enum Phase {
    NONE,
    /** On trial, or paused there. */
    TRIED,
    /** Promoted, and held against what it replaced. */
    WATCHED,
    /** Promoted for good. */
    PROMOTED,
    TAKEN_BACK
  }

  public LocalRollout {
    running = Set.copyOf(running);
  }

  boolean isUnderWay() {
    return phase == Phase.TRIED || phase == Phase.WATCHED;
  }
}
