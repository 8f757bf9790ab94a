package dev.weft.fabric.loop;

import dev.weft.fabric.manifest.Lane;

/** What lives on a loop from its admission to its answer. */
public abstract class Resident {

  private volatile boolean gone;

  public abstract Lane lane();

  public abstract String tenant();

  /** On the fabric's monotonic clock. */
  public abstract long deadlineNanos();

  /** Work it is expected to take on its loop in all, in nanoseconds. */
  protected abstract long expectedNanos();

  /** Called on any thread when its deadline has passed and it is still there; at most once. */
  protected abstract void expire();

  /** Called on any thread when its loop has ended and it is still there; at most once. */
  protected abstract void leftOver();

  final boolean isGone() {
    return gone;
  }

  final void go() {
    gone = true;
  }
}
