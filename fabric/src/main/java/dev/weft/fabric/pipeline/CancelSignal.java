package dev.weft.fabric.pipeline;

import dev.weft.stages.spi.Cancellation;
import java.util.ArrayList;
import java.util.List;

/** Tells whoever registered that the work is no longer wanted. Threadsafe. */
final class CancelSignal implements Cancellation {

  private final List<CancelAction> actions = new ArrayList<>(0);
  private volatile boolean cancelled;

  @Override
  public boolean isCancelled() {
    return cancelled;
  }

  @Override
  public synchronized Registration onCancel(Runnable action) {
    var once = new CancelAction(action);
    if (cancelled) {
      once.run();
      return () -> {};
    }
    actions.add(once);
    return () -> remove(once);
  }

  private synchronized void remove(CancelAction action) {
    actions.remove(action);
  }

  /** Runs under the lock, so that a registration closed in time never runs its action. */
  synchronized void fire() {
    if (!cancelled) {
      cancelled = true;
      actions.forEach(CancelAction::run);
      actions.clear();
    }
  }
}
