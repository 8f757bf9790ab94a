package dev.weft.link.exchange;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** The threads of all links of one side: one that keeps time, and a few for what comes. */
final class LinkThreads implements AutoCloseable {

  private static final int CALLS = 2;

  private final ScheduledThreadPoolExecutor timer;
  private final ExecutorService calls;

  LinkThreads(String name) {
    this.timer =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name(name + "-timer").factory());
    timer.setRemoveOnCancelPolicy(true);
    this.calls =
        new ThreadPoolExecutor(
            CALLS,
            CALLS,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name(name + "-", 1).factory(),
            // Whatever a connection still has to tell after the end is told to nobody.
            new ThreadPoolExecutor.DiscardPolicy());
  }

  ExecutorService calls() {
    return calls;
  }

  /** Runs something later; never, if this is closed. */
  Future<?> after(long nanos, Runnable effect) {
    try {
      return timer.schedule(effect, nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      return new CompletableFuture<>();
    }
  }

  Future<?> every(Duration pause, Runnable effect) {
    var nanos = pause.toNanos();
    return timer.scheduleWithFixedDelay(effect, nanos, nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    calls.shutdown();
  }
}
