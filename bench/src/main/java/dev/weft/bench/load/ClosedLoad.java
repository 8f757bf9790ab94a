package dev.weft.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
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

  /** One caller, used by one thread. */
  public interface Caller {

    /**
     * Calls, and waits for the answer.
     *
     * @return whether it completed; otherwise it was refused
     * @throws Exception if neither came: the load ends with it
     */
    boolean call() throws Exception;

    /** How long it waits before it tries again when it was refused. */
    default Duration backOff() {
      return BACK_OFF;
    }
  }

  private static final long WAIT_NANOS_MAX = 600_000_000_000L;

  /** How long a caller waits who is not told when to come back. */
  private static final Duration BACK_OFF = Duration.ofMillis(1);

  private ClosedLoad() {}

  /** Of one caller, in nanoseconds. */
  private record Waits(Histogram completed, Histogram refused) {
    Waits() {
      this(new Histogram(WAIT_NANOS_MAX, 3), new Histogram(WAIT_NANOS_MAX, 3));
    }
  }

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
    return run(Collections.nCopies(callers, () -> call(target, terms)), warmUp, measured);
  }

  /**
   * Lets callers call, each on a thread of its own.
   *
   * @param warmUp at first, not counted; calls are counted that end after it
   * @throws IllegalStateException if a caller fails
   * @throws InterruptedException if the thread is interrupted
   */
  public static ClosedResult run(List<? extends Caller> callers, Duration warmUp, Duration measured)
      throws InterruptedException {
    var span = new Span(warmUp, measured);
    var ready = new CyclicBarrier(callers.size(), span::begin);
    var calls =
        callers.stream()
            .<Callable<Waits>>map(
                caller ->
                    () -> {
                      ready.await();
                      return repeat(caller, span);
                    })
            .toList();
    try (var threads =
        Executors.newFixedThreadPool(callers.size(), Thread.ofPlatform().daemon().factory())) {
      var done = new ArrayList<Waits>();
      for (var future : threads.invokeAll(calls)) {
        done.add(future.get());
      }
      return result(done, measured);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a caller failed", e.getCause());
    }
  }

  private static boolean call(Target target, Terms terms)
      throws InterruptedException, ExecutionException {
    var ended = new CompletableFuture<Outcome>();
    target.submit(new Call(terms, System.nanoTime()), ended::complete);
    return ended.get().kind() == Outcome.Kind.COMPLETED;
  }

  private static ClosedResult result(List<Waits> done, Duration measured) {
    var all = new Waits();
    done.forEach(
        each -> {
          all.completed().add(each.completed());
          all.refused().add(each.refused());
        });
    var slowest = done.stream().map(each -> each.completed().getMaxValue()).toList();
    return new ClosedResult(all.completed(), all.refused(), slowest, measured.toNanos());
  }

  private static Waits repeat(Caller caller, Span span) throws Exception {
    var waits = new Waits();
    for (var now = System.nanoTime(); !span.isOver(now); ) {
      var hasCompleted = caller.call();
      var after = System.nanoTime();
      if (span.isMeasured(after)) {
        (hasCompleted ? waits.completed() : waits.refused())
            .recordValue(Math.min(after - now, WAIT_NANOS_MAX));
      }
      if (!hasCompleted) {
        LockSupport.parkNanos(caller.backOff().toNanos());
      }
      now = System.nanoTime();
    }
    return waits;
  }
}
