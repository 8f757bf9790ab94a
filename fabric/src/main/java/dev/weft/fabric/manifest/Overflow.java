package dev.weft.fabric.manifest;

/** Which frame gives way when a lane of a stage is full. */
public enum Overflow implements Word {
  /** The frame that waited longest (GStreamer {@code leaky=downstream}). */
  DROP_OLDEST,
  /** The frame that just came (GStreamer {@code leaky=upstream}). */
  DROP_NEWEST
}
