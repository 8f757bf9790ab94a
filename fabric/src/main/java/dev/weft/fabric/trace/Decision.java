package dev.weft.fabric.trace;

import dev.weft.fabric.pipeline.Skipped;

/** What was decided about one step of one frame, and why. */
public enum Decision {
  /** Ran what is declared; there was nothing to choose. */
  RAN_DECLARED,
  /** Ran the arm that the A/B split gives this frame. */
  RAN_SPLIT,
  /** Ran a cheaper variant, because of load. */
  RAN_CHEAPER,
  /** Ran the candidate of a trial, whose share this frame fell into. */
  RAN_CANDIDATE,
  SKIPPED_GATE_OFF,
  SKIPPED_CONDITION_FALSE,
  SKIPPED_INPUT_ABSENT,
  /** Ran and failed, and is optional. */
  SKIPPED_STAGE_FAILED,
  /** Did not run, because of load. */
  SKIPPED_OVERLOADED,
  /** Was put off until after the answer, because of load. */
  SKIPPED_DEFERRED,
  /** Ran and failed, which failed the frame. */
  FAILED;

  public static Decision of(Skipped.Reason reason) {
    return switch (reason) {
      case GATE_OFF -> SKIPPED_GATE_OFF;
      case CONDITION_FALSE -> SKIPPED_CONDITION_FALSE;
      case INPUT_ABSENT -> SKIPPED_INPUT_ABSENT;
      case STAGE_FAILED -> SKIPPED_STAGE_FAILED;
      case OVERLOADED -> SKIPPED_OVERLOADED;
      case DEFERRED -> SKIPPED_DEFERRED;
    };
  }

  /** Whether the step ran and gave its outputs. */
  public boolean isRun() {
    return this == RAN_DECLARED
        || this == RAN_SPLIT
        || this == RAN_CHEAPER
        || this == RAN_CANDIDATE;
  }

  /** Whether the frame went on without the step. */
  public boolean isSkip() {
    return !isRun() && this != FAILED;
  }

  /**
   * Whether only the moment could decide it: the load then, how far a trial was, or what a stage
   * did.
   */
  public boolean isOfTheMoment() {
    return switch (this) {
      case RAN_CHEAPER,
          RAN_CANDIDATE,
          SKIPPED_STAGE_FAILED,
          SKIPPED_OVERLOADED,
          SKIPPED_DEFERRED,
          FAILED ->
          true;
      case RAN_DECLARED,
          RAN_SPLIT,
          SKIPPED_GATE_OFF,
          SKIPPED_CONDITION_FALSE,
          SKIPPED_INPUT_ABSENT ->
          false;
    };
  }
}
