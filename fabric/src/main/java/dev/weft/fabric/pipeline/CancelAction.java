package dev.weft.fabric.pipeline;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a stage wants done when its run is cancelled: done at most once, and what it throws is
 * logged and reaches nobody. Threadsafe.
 */
public final class CancelAction implements Runnable {

  private final Runnable action;
  private final AtomicBoolean hasRun = new AtomicBoolean();

  public CancelAction(Runnable action) {
    this.action = action;
  }

  @Override
  public void run() {
    if (!hasRun.compareAndSet(false, true)) {
      return;
    }
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      // A stage's own: it must not reach who cancels, nor stop other actions.
      System.getLogger(CancelAction.class.getName())
          .log(System.Logger.Level.WARNING, "an action on cancellation failed", e);
    }
  }
}
