package dev.weft.fabric.manifest;

/** Which frame gives way when a lane of a stage is full. */
public enum Overflow implements Word {
  /** The frame that waited longest (GStreamer {@code leaky=downstream}). */
  DROP_OLDEST,
  /** The frame that came last (GStreamer {@code leaky=upstream}). */
  DROP_NEWEST,
  /** Always the frame that just came; what waits is never displaced. */
  REJECT,
  /** A waiting frame of the same source, full or not; otherwise the one that waited longest. */
  LATEST_WINS
}
