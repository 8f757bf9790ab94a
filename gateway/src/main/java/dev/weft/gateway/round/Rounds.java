package dev.weft.gateway.round;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The rounds of somebody who looks after something: on a virtual thread of their own, one after the
 * other, until they are closed. What a round throws is logged, and the next one comes all the same:
 * a watch that ended unseen would be worse than none.
 */
public final class Rounds implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Rounds.class.getName());

  private final ScheduledExecutorService thread;

  private Rounds(ScheduledExecutorService thread) {
    this.thread = thread;
  }

  /**
   * Begins them.
   *
   * @param name of the thread
   * @param every time before the first and between the end of one and the begin of the next
   */
  public static Rounds begin(String name, Duration every, Runnable round) {
    var thread =
        Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name(name).factory());
    var nanos = every.toNanos();
    var _ =
        thread.scheduleWithFixedDelay(
            () -> safely(name, round), nanos, nanos, TimeUnit.NANOSECONDS);
    return new Rounds(thread);
  }

  private static void safely(String name, Runnable round) {
    try {
      round.run();
    } catch (RuntimeException e) {
      LOG.log(Level.WARNING, name + ": a round failed", e);
    }
  }

  /** Begins no further one; one that is under way is interrupted, not waited for. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
