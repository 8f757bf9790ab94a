package dev.weft.fabric.manifest;

/** Where a stage runs. */
public enum Isolation implements Word {
  /** In the node's own process. */
  NONE,
  /** In a process of its own, so that a native crash there costs one frame and no more. */
  PROCESS
}
