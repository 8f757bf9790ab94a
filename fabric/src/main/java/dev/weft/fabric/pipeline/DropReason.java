package dev.weft.fabric.pipeline;

/** Why a frame was not worked on to its end although nothing failed. */
public enum DropReason {
  /** As many frames as the pipeline allows were already inside. */
  IN_FLIGHT_LIMIT,
  /** A stage's lane was full and this frame gave way. */
  QUEUE_FULL,
  /** The deadline passed before the next step could start. */
  DEADLINE_EXCEEDED,
  /** The pipeline is being unloaded or the fabric shuts down. */
  UNLOADING
}
