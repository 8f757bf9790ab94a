package dev.weft.bench.load;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Callers that each send their next call when the one before is answered, as {@link ClosedLoad}
 * has, but without a thread for each: what many of them cost beside the server they call is what a
 * few cost.
 */
public final class EventLoad {

  /** One caller, with one call under way at most. */
  public interface Caller {

    /** Sends a call; {@code end} is told once, by any thread but inside this method by none. */
    void send(End end);

    /** How long it waits before it tries again when it was refused. */
    Duration backOff();
  }

  /** Learns how a call ended. */
  public interface End {

    /**
     * @param hasCompleted or was refused
     */
    void answered(boolean hasCompleted);

    /** There will be no answer; the load ends with it. */
    void failed(Exception problem);
  }

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final long WAIT_NANOS_MAX = 2 * PATIENCE.toNanos();

  private final Histogram waits = new ConcurrentHistogram(WAIT_NANOS_MAX, 3);
  private final Histogram refusals = new ConcurrentHistogram(WAIT_NANOS_MAX, 3);
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private final ScheduledExecutorService timer;
  private final AtomicInteger calling;
  private final long untilNanos;

  private EventLoad(int callers, Duration measured, ScheduledExecutorService timer) {
    this.calling = new AtomicInteger(callers);
    this.untilNanos = System.nanoTime() + measured.toNanos();
    this.timer = timer;
  }

  /**
   * Lets callers call; calls are counted that end within {@code measured}.
   *
   * @throws IllegalStateException if a caller fails, or is not answered
   * @throws InterruptedException if the thread is interrupted
   */
  public static ClosedResult run(List<? extends Caller> callers, Duration measured)
      throws InterruptedException {
    try (var timer =
        Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory())) {
      var load = new EventLoad(callers.size(), measured, timer);
      var calls = callers.stream().map(load::begin).toList();
      load.await(measured);
      var slowest = calls.stream().mapToLong(call -> call.slowestNanos).boxed().toList();
      return new ClosedResult(load.waits, load.refusals, slowest, measured.toNanos());
    }
  }

  private void await(Duration measured) throws InterruptedException {
    try {
      var _ = over.get(measured.plus(PATIENCE).toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      timer.shutdownNow();
      throw new IllegalStateException("a caller failed", e.getCause());
    } catch (TimeoutException e) {
      timer.shutdownNow();
      throw new IllegalStateException(
          "%d callers were not answered within %s".formatted(calling.get(), PATIENCE), e);
    }
  }

  private Calls begin(Caller caller) {
    var calls = new Calls(caller);
    calls.send();
    return calls;
  }

  /** The calls of one caller, one after the other. */
  private final class Calls implements End {
    private final Caller caller;
    private volatile long sentNanos;
    private volatile long slowestNanos;

    Calls(Caller caller) {
      this.caller = caller;
    }

    void send() {
      sentNanos = System.nanoTime();
      caller.send(this);
    }

    @Override
    public void answered(boolean hasCompleted) {
      var now = System.nanoTime();
      if (now - untilNanos >= 0) {
        if (calling.decrementAndGet() == 0) {
          over.complete(null);
        }
        return;
      }
      var took = Math.min(now - sentNanos, WAIT_NANOS_MAX);
      if (hasCompleted) {
        waits.recordValue(took);
        slowestNanos = Math.max(slowestNanos, took);
        send();
      } else {
        refusals.recordValue(took);
        var _ = timer.schedule(this::send, caller.backOff().toNanos(), TimeUnit.NANOSECONDS);
      }
    }

    @Override
    public void failed(Exception problem) {
      over.completeExceptionally(problem);
    }
  }
}
