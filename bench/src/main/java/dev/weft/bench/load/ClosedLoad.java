package dev.weft.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
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

  /** Begins when all callers are ready, however long their threads take to start. */
  private static final class Span {
    private final Duration warmUp;
    private final Duration measured;
    private volatile long beginNanos;

    Span(Duration warmUp, Duration measured) {
      this.warmUp = warmUp;
      this.measured = measured;
    }

    void begin() {
      beginNanos = System.nanoTime() + warmUp.toNanos();
    }

    boolean isMeasured(long nanos) {
      return nanos - beginNanos >= 0 && !isOver(nanos);
    }

    boolean isOver(long nanos) {
      return nanos - beginNanos >= measured.toNanos();
    }
  }

  /**
   * Lets {@code callers} call, each on a thread of its own.
   *
   * @param warmUp at first, not counted; calls are counted that end after it
   * @throws InterruptedException if the thread is interrupted
   */
  public static ClosedResult run(
      Target target, Terms terms, int callers, Duration warmUp, Duration measured)
      throws InterruptedException {
    var span = new Span(warmUp, measured);
    var ready = new CyclicBarrier(callers, span::begin);
    List<Callable<ClosedResult.Caller>> calls = new ArrayList<>();
    for (var caller = 0; caller < callers; caller++) {
      calls.add(
          () -> {
            ready.await();
            return call(target, terms, span);
          });
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

  private static ClosedResult.Caller call(Target target, Terms terms, Span span)
      throws InterruptedException, ExecutionException {
    var wait = new Histogram(WAIT_NANOS_MAX, 3);
    var refused = 0L;
    for (var now = System.nanoTime(); !span.isOver(now); ) {
      var ended = new CompletableFuture<Outcome>();
      target.submit(new Call(terms, now), ended::complete);
      var outcome = ended.get();
      var after = System.nanoTime();
      var counts = span.isMeasured(after);
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
