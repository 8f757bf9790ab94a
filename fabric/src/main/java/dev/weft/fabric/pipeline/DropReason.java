package dev.weft.fabric.pipeline;

/** Why a frame was not worked on to its end although nothing failed. */
public enum DropReason {
  /** As many frames as the pipeline allows were already inside. */
  IN_FLIGHT_LIMIT,
  /** The frames inside held as many bytes as the pipeline allows. */
  IN_FLIGHT_BYTES,
  /** At the door or before a run it looked as if the deadline could not be met. */
  DEADLINE_OUT_OF_REACH,
  /** A stage's lane was full and this frame gave way. */
  QUEUE_FULL,
  /** A newer frame of the same source took its place. */
  SUPERSEDED,
  /** An input it needs did not come in time to be paired with those it had. */
  UNPAIRED,
  /** As many inputs as allowed were already waiting for others to be paired with. */
  PAIRING_FULL,
  /** The deadline passed before the answer was there. */
  DEADLINE_EXCEEDED,
  /** A run in the shadow made room for urgent work. */
  PREEMPTED,
  /** The pipeline is being unloaded or the fabric shuts down. */
  UNLOADING
}
