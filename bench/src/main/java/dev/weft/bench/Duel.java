package dev.weft.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.HdrHistogram.Histogram;

/**
 * Two contenders in one run, block by block in turns, so that a drift of the machine hits both.
 *
 * <p>A round is a number of pairs of blocks; which side goes first changes from pair to pair. Each
 * round gives both sides' latencies and CPU time, and only ratios within a round are formed.
 */
final class Duel implements AutoCloseable {

  /**
   * How much is measured.
   *
   * @param frames per caller in a block
   * @param warmUpFrames per caller and side, before the first round
   */
  record Extent(int rounds, int pairs, int frames, int warmUpFrames) {

    /** One of {@code parts} that have as many rounds together, at least one each. */
    Extent split(int parts) {
      return new Extent(Math.max(1, rounds / parts), pairs, frames, warmUpFrames);
    }
  }

  /** What one side did in one round. */
  static final class Side {
    private final Histogram latency = new Histogram(60_000_000_000L, 3);
    private long cpuNanos;

    /** CPU time of the whole process per frame, in microseconds. */
    double cpuMicros() {
      return cpuNanos / 1e3 / latency.getTotalCount();
    }

    /** In microseconds. */
    double latencyMicros(double percentile) {
      return latency.getValueAtPercentile(percentile) / 1e3;
    }

    long frames() {
      return latency.getTotalCount();
    }

    void add(long[] nanos) {
      for (var frame : nanos) {
        latency.recordValue(frame);
      }
    }
  }

  /** Both sides of one round. */
  record Round(Side baseline, Side contender) {}

  /** Untimed frames at the start of a block, which pay for the change of sides. */
  private static final int SETTLING_FRAMES = 2;

  private final List<Contender.Caller> baseline = new ArrayList<>();
  private final List<Contender.Caller> contender = new ArrayList<>();
  private final ExecutorService threads;

  Duel(Contender baseline, Contender contender, int callers) {
    for (var caller = 0; caller < callers; caller++) {
      this.baseline.add(baseline.newCaller());
      this.contender.add(contender.newCaller());
    }
    this.threads = Executors.newFixedThreadPool(callers, Thread.ofPlatform().daemon().factory());
  }

  /**
   * @throws IllegalStateException if the contenders do not come to the same result
   */
  List<Round> run(Extent extent) {
    requireSameResult();
    block(baseline, extent.warmUpFrames(), new Side());
    block(contender, extent.warmUpFrames(), new Side());
    var rounds = new ArrayList<Round>();
    for (var round = 0; round < extent.rounds(); round++) {
      var both = new Round(new Side(), new Side());
      for (var pair = 0; pair < extent.pairs(); pair++) {
        if ((pair & 1) == 0) {
          block(baseline, extent.frames(), both.baseline());
          block(contender, extent.frames(), both.contender());
        } else {
          block(contender, extent.frames(), both.contender());
          block(baseline, extent.frames(), both.baseline());
        }
      }
      rounds.add(both);
    }
    return rounds;
  }

  private void requireSameResult() {
    try {
      var expected = baseline.getFirst().runFrame();
      var actual = contender.getFirst().runFrame();
      if (Float.compare(expected, actual) != 0) {
        throw new IllegalStateException(
            "first output: %s (expected: %s as the baseline's)".formatted(actual, expected));
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a frame failed", e);
    }
  }

  private void block(List<Contender.Caller> callers, int frames, Side side) {
    all(callers, SETTLING_FRAMES);
    var cpuBefore = ProcessCpu.nanos();
    var nanos = all(callers, frames);
    side.cpuNanos += ProcessCpu.nanos() - cpuBefore;
    nanos.forEach(side::add);
  }

  /** Lets every caller run {@code frames} on its own thread; gives the time each frame took. */
  private List<long[]> all(List<Contender.Caller> callers, int frames) {
    var calls =
        callers.stream()
            .<Callable<long[]>>map(caller -> () -> repeat(caller, new long[frames]))
            .toList();
    try {
      var done = new ArrayList<long[]>();
      for (var future : threads.invokeAll(calls)) {
        done.add(future.get());
      }
      return done;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException("a frame failed", e.getCause());
    }
  }

  private static long[] repeat(Contender.Caller caller, long[] nanos) throws Exception {
    var before = System.nanoTime();
    for (var frame = 0; frame < nanos.length; frame++) {
      caller.runFrame();
      var after = System.nanoTime();
      nanos[frame] = after - before;
      before = after;
    }
    return nanos;
  }

  @Override
  public void close() {
    threads.shutdown();
    baseline.forEach(Contender.Caller::close);
    contender.forEach(Contender.Caller::close);
  }
}
