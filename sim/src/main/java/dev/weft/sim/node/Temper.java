package dev.weft.sim.node;

/** How one variant of a model's double goes wrong, beside the faults of its machine. */
public enum Temper {
  /** Not at all. */
  EVEN,
  /** Most answers are wrong. */
  WRONG,
  /** A few answers are no numbers. */
  NAN,
  /** Every run takes {@value #SLOW_FACTOR} times as long. */
  SLOW,
  /** Most runs fail. */
  THROWS,
  /** The process ends when it is loaded. */
  ENDS;

  static final int SLOW_FACTOR = 8;

  /** Whether single runs show it. */
  boolean isSeen() {
    return this == WRONG || this == NAN || this == THROWS;
  }
}
