package dev.weft.app.serving;

import dev.weft.fabric.embedded.Pipeline;
import dev.weft.fabric.embedded.WeftException;
import dev.weft.gateway.model.Serving;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Pipelines that nobody finds any more, until the last frame of those who found them has ended.
 * Threadsafe.
 */
final class Retirement {

  private static final Logger LOG = System.getLogger(Retirement.class.getName());

  /** Held by who waits for requests: {@link Serving#outlast} is for one at a time. */
  private final ReentrantLock waiting = new ReentrantLock();

  /** Requests may have found these and not have submitted to them yet. */
  private final List<Pipeline> found = new ArrayList<>();

  /** These only end their frames. */
  private final List<Pipeline> leaving = new ArrayList<>();

  /** Takes some that nobody finds from now on. */
  synchronized void add(Collection<Pipeline> replaced) {
    found.addAll(replaced);
  }

  /** Whether all that were taken have ended. */
  synchronized boolean isOver() {
    leaving.removeIf(pipeline -> pipeline.inFlight() == 0);
    return found.isEmpty() && leaving.isEmpty();
  }

  /**
   * Waits for the requests that may have found some of them, and unloads these.
   *
   * @param patience most time for that; then they are unloaded all the same
   */
  void advance(Serving serving, Duration patience) throws InterruptedException {
    if (!waiting.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
      return;
    }
    try {
      var waitedFor = found();
      if (waitedFor.isEmpty()) {
        return;
      }
      if (!serving.outlast(patience)) {
        LOG.log(Level.WARNING, "requests still run after {0}", patience);
      }
      waitedFor.forEach(Retirement::unload);
      moveOn(waitedFor);
    } finally {
      waiting.unlock();
    }
  }

  private synchronized List<Pipeline> found() {
    return List.copyOf(found);
  }

  private synchronized void moveOn(List<Pipeline> waitedFor) {
    leaving.addAll(waitedFor);
    found.removeAll(waitedFor);
  }

  /** Ends one that nobody can have found, or has any more. */
  static void unload(Pipeline pipeline) {
    try {
      pipeline.unload();
    } catch (WeftException e) {
      // It ends when its last frame does, however long that takes.
      LOG.log(Level.WARNING, "pipeline ''{0}'': {1}", pipeline.name(), e.getMessage());
    }
  }
}
