package dev.weft.fabric.manifest;

/** Size of a node. */
public enum NodeClass implements Word {
  /** A phone, a small board: few cores, little memory. */
  NANO,
  /** A shop box, a modest cloud node. */
  STANDARD,
  /** A node with a GPU or NPU. */
  ACCELERATOR
}
