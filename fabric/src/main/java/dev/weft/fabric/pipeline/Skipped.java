package dev.weft.fabric.pipeline;

import dev.weft.fabric.routing.Flag;
import java.util.Optional;

/**
 * A step that did not run for one frame, and why.
 *
 * @param flag what was off for the frame; empty for other reasons than {@link Reason#GATE_OFF}
 */
public record Skipped(String step, Reason reason, Optional<Flag> flag) {

  public Skipped(String step, Reason reason) {
    this(step, reason, Optional.empty());
  }

  static Skipped by(Flag flag, String step) {
    return new Skipped(step, Reason.GATE_OFF, Optional.of(flag));
  }

  /** Why a step was skipped. */
  public enum Reason {
    /** Its gate is off. */
    GATE_OFF,
    /** Its condition did not hold. */
    CONDITION_FALSE,
    /** A tensor it needs is absent: not given, or made by a step that was skipped. */
    INPUT_ABSENT,
    /** It is optional and its stage failed. */
    STAGE_FAILED,
    /** The node was loaded and the step is declared to be left out then. */
    OVERLOADED,
    /** The node was loaded and the step runs later; see {@link Quality#deferred()}. */
    DEFERRED
  }
}
