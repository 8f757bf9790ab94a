package dev.weft.fabric.load;

import dev.weft.fabric.manifest.Lane;
import dev.weft.fabric.manifest.Word;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** A rung of the ladder, calmest first; each pauses what the one before pauses, or more. */
public enum LoadLevel implements Word {
  NORMAL(),
  /** Shadow work waits. */
  ELEVATED(Lane.SHADOW),
  /** Background and shadow work wait. */
  HIGH(Lane.BACKGROUND, Lane.SHADOW),
  /** As {@link #HIGH}; and interactive work gives up what its manifest lets it do without. */
  CRITICAL(Lane.BACKGROUND, Lane.SHADOW);

  private final Set<Lane> pausedLanes;
  private final int pausedMask;

  LoadLevel(Lane... paused) {
    var lanes = EnumSet.noneOf(Lane.class);
    Collections.addAll(lanes, paused);
    this.pausedLanes = Collections.unmodifiableSet(lanes);
    this.pausedMask = lanes.stream().mapToInt(lane -> 1 << lane.ordinal()).sum();
  }

  /** Lanes whose frames wait at this level. */
  public Set<Lane> pausedLanes() {
    return pausedLanes;
  }

  /** {@link #pausedLanes()} as bits: bit {@code lane.ordinal()} is set for a lane that waits. */
  public int pausedMask() {
    return pausedMask;
  }

  /** Whether frames of {@code lane} wait at this level. */
  public boolean pauses(Lane lane) {
    return (pausedMask >> lane.ordinal() & 1) != 0;
  }

  boolean isAbove(LoadLevel other) {
    return ordinal() > other.ordinal();
  }

  static LoadLevel calmer(LoadLevel a, LoadLevel b) {
    return a.isAbove(b) ? b : a;
  }

  static LoadLevel worse(LoadLevel a, LoadLevel b) {
    return a.isAbove(b) ? a : b;
  }
}
