package dev.weft.persistence.segment;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/** The one thread of a store: steps, sleeps until the next step is due or something comes. */
public final class WriterThread implements Pacer {

  private final String name;

  private volatile boolean stopped;
  private volatile @Nullable Thread thread;

  /** The thread of a store. */
  public WriterThread() {
    this("weft-trace-writer");
  }

  /** A thread of someone else who is stepped, such as an outbox. */
  public WriterThread(String name) {
    this.name = name;
  }

  @Override
  public void start(LongUnaryOperator step) {
    var started = Thread.ofPlatform().daemon().name(name).unstarted(() -> run(step));
    thread = started;
    started.start();
  }

  private void run(LongUnaryOperator step) {
    while (!stopped) {
      var wait = step.applyAsLong(System.nanoTime());
      if (wait > 0 && !stopped) {
        LockSupport.parkNanos(this, wait);
      }
    }
  }

  @Override
  public void wake() {
    LockSupport.unpark(thread);
  }

  @Override
  public void stop() {
    stopped = true;
    wake();
    var running = thread;
    var interrupted = false;
    while (running != null && running != Thread.currentThread() && running.isAlive()) {
      try {
        running.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
