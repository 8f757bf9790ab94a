package dev.weft.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** Callers that each send their next call when the one before is answered. */
public final class ClosedLoad {

  private static final long WAIT_NANOS_MAX = 600_000_000_000L;

  /** How long a caller waits before it tries again when it was refused. */
  private static final long BACK_OFF_NANOS = 1_000_000;

  private ClosedLoad() {}

  /**
   * Lets {@code callers} call, each on a thread of its own.
   *
   * @param warmUp at first, not counted; calls are counted that end after it
   * @throws InterruptedException if the thread is interrupted
   */
  public static ClosedResult run(
      Target target, Terms terms, int callers, Duration warmUp, Duration measured)
      throws InterruptedException {
    var begin = System.nanoTime() + warmUp.toNanos();
    var end = begin + measured.toNanos();
    List<Callable<ClosedResult.Caller>> calls = new ArrayList<>();
    for (var caller = 0; caller < callers; caller++) {
      calls.add(() -> call(target, terms, begin, end));
    }
    try (var threads =
        Executors.newFixedThreadPool(callers, Thread.ofPlatform().daemon().factory())) {
      var done = new ArrayList<ClosedResult.Caller>();
      for (var future : threads.invokeAll(calls)) {
        done.add(future.get());
      }
      return new ClosedResult(done, measured.toNanos());
    } catch (ExecutionException e) {
      throw new IllegalStateException("a caller failed", e.getCause());
    }
  }

  private static ClosedResult.Caller call(Target target, Terms terms, long begin, long end)
      throws InterruptedException, ExecutionException {
    var wait = new Histogram(WAIT_NANOS_MAX, 3);
    var refused = 0L;
    for (var now = System.nanoTime(); now - end < 0; ) {
      var ended = new CompletableFuture<Outcome>();
      target.submit(new Call(terms, now), ended::complete);
      var outcome = ended.get();
      var after = System.nanoTime();
      var counts = after - begin >= 0 && after - end < 0;
      if (outcome.kind() != Outcome.Kind.COMPLETED) {
        refused += counts ? 1 : 0;
        LockSupport.parkNanos(BACK_OFF_NANOS);
      } else if (counts) {
        wait.recordValue(Math.min(after - now, WAIT_NANOS_MAX));
      }
      now = System.nanoTime();
    }
    return new ClosedResult.Caller(wait, refused);
  }
}
