package dev.weft.fabric.pipeline;

/** A step that did not run for one frame, and why. */
public record Skipped(String step, Reason reason) {

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
