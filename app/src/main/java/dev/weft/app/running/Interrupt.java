package dev.weft.app.running;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What happens on Ctrl-C, or when the system asks the process to end: some work is told to stop,
 * and the process waits until it has.
 */
public final class Interrupt implements AutoCloseable {

  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean isAsked;

  /**
   * @param stop ends the work soon; called by a thread of its own
   * @param patience how long the process waits for {@link #close()}
   */
  public Interrupt(Runnable stop, Duration patience) {
    this.hook = new Thread(() -> end(stop, patience), "interrupt");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void end(Runnable stop, Duration patience) {
    isAsked = true;
    stop.run();
    try {
      if (!done.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("weft: gave up waiting for the work to stop");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the process was asked to end. */
  public boolean isAsked() {
    return isAsked;
  }

  /** The work has ended and is told. */
  @Override
  public void close() {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook runs, or has.
    }
  }
}
