package dev.weft.link.exchange;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of all links of one side: one that keeps time and does nothing else, a few for what
 * comes, and a virtual one for each thing that may take long, such as what others wrote.
 */
final class LinkThreads implements Executor, AutoCloseable {

  private static final int CALLS = 2;

  private final ScheduledThreadPoolExecutor timer;
  private final ExecutorService calls;
  private final ThreadFactory virtual;

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
    this.virtual = Thread.ofVirtual().name(name + "-task-", 1).factory();
  }

  /** For gRPC; nothing in it may block. */
  ExecutorService calls() {
    return calls;
  }

  /** Runs something at once in a thread of its own, which may block; also if this is closed. */
  @Override
  public void execute(Runnable effect) {
    virtual.newThread(effect).start();
  }

  /** Runs something later, in a thread of its own; never, if this is closed by then. */
  Future<?> after(long nanos, Runnable effect) {
    try {
      return timer.schedule(() -> execute(effect), nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      return new CompletableFuture<>();
    }
  }

  /** Runs something again and again, each time in a thread of its own. */
  Future<?> every(Duration pause, Runnable effect) {
    var nanos = pause.toNanos();
    return timer.scheduleWithFixedDelay(() -> execute(effect), nanos, nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    calls.shutdown();
  }
}
