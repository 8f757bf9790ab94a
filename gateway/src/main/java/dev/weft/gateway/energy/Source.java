package dev.weft.gateway.energy;

/** Where a figure of energy comes from. */
public enum Source {
  /** The processor's own counters, shared out by processor time. */
  RAPL,
  /** Processor time, at so many watts. */
  MODEL
}
