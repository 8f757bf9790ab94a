package dev.weft.gateway.observatory;

/** What became of a frame. */
public enum FrameOutcome {
  COMPLETED,
  DROPPED,
  FAILED
}
