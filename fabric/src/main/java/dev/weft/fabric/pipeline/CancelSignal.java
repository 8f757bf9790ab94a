package dev.weft.fabric.pipeline;

import dev.weft.stages.spi.Cancellation;
import java.util.ArrayList;
import java.util.List;

/** Tells whoever registered that the work is no longer wanted. Threadsafe. */
final class CancelSignal implements Cancellation {

  private final List<Runnable> actions = new ArrayList<>(0);
  private volatile boolean cancelled;

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public synchronized Registration onCancel(Runnable action) {
    if (cancelled) {
      action.run();
      return () -> {};
    }
    actions.add(action);
    return () -> remove(action);
  }

  private synchronized void remove(Runnable action) {
    actions.remove(action);
  }

  /** Runs under the lock, so that a registration closed in time never runs its action. */
  synchronized void fire() {
    if (!cancelled) {
      cancelled = true;
      actions.forEach(CancelSignal::run);
      actions.clear();
    }
  }

  private static void run(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      // A stage's own: it must not reach the watch over all deadlines, nor stop other actions.
      System.getLogger(CancelSignal.class.getName())
          .log(System.Logger.Level.WARNING, "an action on cancellation failed", e);
    }
  }
}
