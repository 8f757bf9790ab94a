package dev.weft.fabric.lane;

import dev.weft.fabric.manifest.Lane;

/**
 * What a queue must know of an item; but for {@link #isUnwanted()} none of it changes while the
 * item waits.
 */
public interface Waiting {

  Lane lane();

  /** On a monotonic clock; the earliest is served first within a lane and tenant. */
  long deadlineNanos();

  /** What the item holds while it waits, counted against the lane's bytes. */
  long bytes();

  /** Whose share of the lane it takes. */
  String tenant();

  /** What it is the latest news of. */
  String source();

  /** Whether nobody waits for it any more; once true it stays so. */
  default boolean isUnwanted() {
    return false;
  }
}
