package dev.weft.stages.process;

import dev.weft.stages.spi.Cancellation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The cancellation of the run a stage process is at, which the parent fires by a flag in the run's
 * slot and a byte that makes this side look. Threadsafe.
 */
final class CurrentRun implements Cancellation {

  private final Channel channel;
  private final Map<Object, Runnable> actions = new LinkedHashMap<>();
  private @Nullable Slot slot;

  CurrentRun(Channel channel) {
    this.channel = channel;
  }

  synchronized void begin(Slot begun) {
    slot = begun;
  }

  synchronized void end() {
    slot = null;
    actions.clear();
  }

  /**
   * Fires if the present run was cancelled; under the lock, so that no closed registration does.
   */
  synchronized void lookForCancellation() {
    channel.takeCancelled();
    fireIfCancelled();
  }

  @Override
  public synchronized boolean isCancelled() {
    return slot != null && slot.isCancelled();
  }

  @Override
  public synchronized Registration onCancel(Runnable action) {
    var key = new Object();
    actions.put(key, action);
    // The flag may have been set before there was an action to be run.
    fireIfCancelled();
    return () -> remove(key);
  }

  private synchronized void remove(Object key) {
    actions.remove(key);
  }

  private void fireIfCancelled() {
    if (isCancelled()) {
      var fired = List.copyOf(actions.values());
      actions.clear();
      fired.forEach(CurrentRun::run);
    }
  }

  private static void run(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      // A stage's own: it must not end the thread that hears the parent.
      System.getLogger(CurrentRun.class.getName())
          .log(System.Logger.Level.WARNING, "an action on cancellation failed", e);
    }
  }
}
