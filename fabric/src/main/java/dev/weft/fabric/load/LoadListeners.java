package dev.weft.fabric.load;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whoever wants to hear of events, at most {@value #LISTENERS_MAX}. Threadsafe.
 *
 * <p>A listener is called by one thread at a time, in order, never on the thread that tells. One
 * that throws is logged and hears the next event all the same. One that is slow holds up only
 * itself: at most {@value #WAITING_MAX} events wait for it, and the oldest gives way.
 */
public final class LoadListeners {

  /** A slow listener holds one thread of a pool that loads models too; some must be left. */
  public static final int LISTENERS_MAX = 8;

  public static final int WAITING_MAX = 64;

  private static final Logger LOG = LoggerFactory.getLogger(LoadListeners.class);

  /** Ends with {@link #close()}; an event under way is still heard. */
  public interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  private final List<Listener> listeners = new CopyOnWriteArrayList<>();

  synchronized Subscription add(Consumer<LoadEvent> action) {
    if (listeners.size() == LISTENERS_MAX) {
      throw new IllegalStateException(
          "load listeners: %d already (expected: < %d)".formatted(LISTENERS_MAX, LISTENERS_MAX));
    }
    var listener = new Listener(action);
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Has {@code executor} call every listener. */
  void tell(LoadEvent event, Executor executor) {
    for (var listener : listeners) {
      if (listener.enqueue(event)) {
        try {
          executor.execute(listener);
        } catch (RejectedExecutionException e) {
          listener.abandon();
        }
      }
    }
  }

  private static final class Listener implements Runnable {

    private final Consumer<LoadEvent> action;
    private final Queue<LoadEvent> waiting = new ArrayDeque<>();
    private boolean isRunning;

    Listener(Consumer<LoadEvent> action) {
      this.action = action;
    }

    /** Whether the listener must be run for it. */
    synchronized boolean enqueue(LoadEvent event) {
      if (waiting.size() == WAITING_MAX) {
        waiting.remove();
      }
      waiting.add(event);
      var mustRun = !isRunning;
      isRunning = true;
      return mustRun;
    }

    synchronized void abandon() {
      waiting.clear();
      isRunning = false;
    }

    @Override
    public void run() {
      for (var event = take(); event != null; event = take()) {
        try {
          action.accept(event);
        } catch (RuntimeException | Error e) {
          LOG.warn("a load listener failed at '{}'", event, e);
        }
      }
    }

    private synchronized @Nullable LoadEvent take() {
      isRunning = !waiting.isEmpty();
      return waiting.poll();
    }
  }
}
