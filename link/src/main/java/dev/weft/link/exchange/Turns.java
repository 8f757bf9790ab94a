package dev.weft.link.exchange;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Runs what it is given one after another, in the order in which it came, in a thread that it has
 * only while there is something. Whoever bounds what it is given bounds what waits. For any number
 * of threads.
 */
final class Turns implements Executor {

  private static final Logger LOG = System.getLogger(Turns.class.getName());

  private final Executor threads;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private boolean isRunning;

  /**
   * @param threads take what may block
   */
  Turns(Executor threads) {
    this.threads = threads;
  }

  @Override
  public void execute(Runnable effect) {
    synchronized (waiting) {
      waiting.addLast(effect);
      if (isRunning) {
        return;
      }
      isRunning = true;
    }
    threads.execute(this::run);
  }

  private void run() {
    for (var next = next(); next != null; next = next()) {
      try {
        next.run();
      } catch (RuntimeException e) {
        LOG.log(Level.WARNING, "what had its turn failed", e);
      }
    }
  }

  private @Nullable Runnable next() {
    synchronized (waiting) {
      var next = waiting.pollFirst();
      isRunning = next != null;
      return next;
    }
  }
}
