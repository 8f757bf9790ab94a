package dev.weft.fabric.manifest;

/** Priority class of a frame, most urgent first; each lane has bounds of its own. */
public enum Lane implements Word {
  PERCEPTION,
  INTERACTIVE,
  BACKGROUND,
  SHADOW
}
