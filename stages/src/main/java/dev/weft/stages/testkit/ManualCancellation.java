package dev.weft.stages.testkit;

import dev.weft.stages.spi.Cancellation;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A cancellation that fires when told to; threadsafe. */
public final class ManualCancellation implements Cancellation {

  private record Entry(Runnable action, int number) {}

  private final Set<Entry> entries = new LinkedHashSet<>();
  private int registrations;
  private boolean cancelled;

  /** Cancels and runs the registered actions on this thread; does nothing the second time. */
  public void cancel() {
    for (var entry : take()) {
      entry.action().run();
    }
  }

  /** Number of actions registered and not closed yet. */
  public synchronized int registered() {
    return entries.size();
  }

  @Override
  public synchronized boolean isCancelled() {
    return cancelled;
  }

  @Override
  public Registration onCancel(Runnable action) {
    var entry = register(action);
    if (entry == null) {
      action.run();
      return () -> {};
    }
    return () -> remove(entry);
  }

  private synchronized List<Entry> take() {
    cancelled = true;
    var taken = List.copyOf(entries);
    entries.clear();
    return taken;
  }

  private synchronized @Nullable Entry register(Runnable action) {
    if (cancelled) {
      return null;
    }
    var entry = new Entry(action, registrations++);
    entries.add(entry);
    return entry;
  }

  private synchronized void remove(Entry entry) {
    entries.remove(entry);
  }
}
