package dev.weft.bench.load;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.HdrHistogram.Histogram;

/**
 * Offers calls by the clock, whatever becomes of those before them, and counts each one's latency
 * from the moment it was to come. So a server that stalls is charged for all who would have come
 * meanwhile (no coordinated omission).
 *
 * <p>One thread, the caller's, submits for all streams and parks in between.
 */
public final class OpenLoad {

  /**
   * How long and how much.
   *
   * @param warmUp offered first, not counted
   * @param grace after the last call, for answers under way
   * @param callsMax most calls offered, warm-up included; a bound for mistaken rates
   */
  public record Extent(Duration warmUp, Duration measured, Duration grace, long callsMax) {

    private static final long CALLS_MAX = 5_000_000;

    public static Extent of(Duration warmUp, Duration measured, Duration grace) {
      return new Extent(warmUp, measured, grace, CALLS_MAX);
    }

    long offeredNanos() {
      return warmUp.plus(measured).toNanos();
    }
  }

  /** Between the call to {@link #run} and the first arrival. */
  private static final long RUN_UP_NANOS = 10_000_000;

  private static final long DRAIN_STEP_NANOS = 1_000_000;
  private static final long LATENESS_NANOS_MAX = 600_000_000_000L;

  private final Extent extent;
  private final List<Stream> streams;
  private final ArrayDeque<Event> events = new ArrayDeque<>();

  private record Event(long offsetNanos, Runnable action) {}

  public OpenLoad(Extent extent, List<Stream> streams) {
    if (streams.isEmpty()) {
      throw new IllegalArgumentException("streams: none (expected: at least one)");
    }
    this.extent = extent;
    this.streams = List.copyOf(streams);
  }

  /**
   * Runs {@code action} on the generator's thread; it has to be short.
   *
   * @param offset from the start of the measured part, not before that of an earlier call
   */
  public OpenLoad at(Duration offset, Runnable action) {
    events.addLast(new Event(extent.warmUp().plus(offset).toNanos(), action));
    return this;
  }

  /**
   * Offers everything, waits at most the grace for what is under way, and gives the books.
   *
   * @throws InterruptedException if the thread is interrupted; calls under way stay so
   */
  public LoadResult run() throws InterruptedException {
    var begin = System.nanoTime() + RUN_UP_NANOS;
    var cpuBefore = threadCpuNanos();
    var lateness = new Histogram(LATENESS_NANOS_MAX, 3);
    var ingress = new Histogram(LATENESS_NANOS_MAX, 3);
    var sources = streams.stream().map(stream -> new Source(stream, begin)).toList();
    var end = begin + extent.offeredNanos();
    for (var calls = 0L; calls < extent.callsMax(); calls++) {
      var next = earliest(sources);
      if (next.dueNanos - end >= 0) {
        break;
      }
      waitUntil(next.dueNanos, begin, sources);
      var before = System.nanoTime();
      lateness.recordValue(Math.clamp(before - next.dueNanos, 0, LATENESS_NANOS_MAX));
      next.submit();
      ingress.recordValue(Math.min(System.nanoTime() - before, LATENESS_NANOS_MAX));
    }
    var cpu = threadCpuNanos() - cpuBefore;
    drain(end, begin, sources);
    return new LoadResult(
        sources.stream().map(source -> source.recorder.result()).toList(),
        lateness,
        ingress,
        (double) cpu / extent.offeredNanos());
  }

  private static Source earliest(List<Source> sources) {
    var earliest = sources.getFirst();
    for (var source : sources) {
      if (source.dueNanos - earliest.dueNanos < 0) {
        earliest = source;
      }
    }
    return earliest;
  }

  /** Parks until {@code nanos}; gives up the calls and runs the events whose time comes before. */
  private void waitUntil(long nanos, long begin, List<Source> sources) throws InterruptedException {
    for (var now = System.nanoTime(); now - nanos < 0; now = System.nanoTime()) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      var wake = Math.min(nanos - now, act(now, begin, sources));
      if (wake > 0) {
        LockSupport.parkNanos(wake);
      }
    }
    act(System.nanoTime(), begin, sources);
  }

  /** Does all that is due; gives the nanoseconds until there is more to do. */
  private long act(long now, long begin, List<Source> sources) {
    var wait = Long.MAX_VALUE;
    for (var event = events.peekFirst(); event != null; event = events.peekFirst()) {
      var left = begin + event.offsetNanos() - now;
      if (left > 0) {
        wait = left;
        break;
      }
      events.removeFirst().action().run();
    }
    for (var source : sources) {
      wait = Math.min(wait, source.giveUpDead(now));
    }
    return wait;
  }

  private void drain(long end, long begin, List<Source> sources) throws InterruptedException {
    var last = end + extent.grace().toNanos();
    for (var now = System.nanoTime(); now - last < 0; now = System.nanoTime()) {
      if (now - end >= 0 && events.isEmpty() && sources.stream().noneMatch(Source::isOpen)) {
        return;
      }
      waitUntil(Math.min(last, now + DRAIN_STEP_NANOS), begin, sources);
    }
  }

  private static long threadCpuNanos() {
    var threads = ManagementFactory.getThreadMXBean();
    return threads.isCurrentThreadCpuTimeSupported() ? threads.getCurrentThreadCpuTime() : 0;
  }

  /** One stream as the generator's thread sees it. */
  private final class Source {

    private final Stream stream;
    private final long begin;
    private final LongSupplier offsets;
    private final StreamRecorder recorder;
    private final ArrayDeque<PendingCall> impatient = new ArrayDeque<>();
    private long dueNanos;

    Source(Stream stream, long begin) {
      this.stream = stream;
      this.begin = begin;
      this.offsets = stream.arrivals().offsets();
      this.recorder =
          new StreamRecorder(
              stream.name(),
              begin + extent.warmUp().toNanos(),
              extent.measured().toNanos(),
              extent.grace().toNanos());
      this.dueNanos = begin + offsets.getAsLong();
    }

    void submit() {
      var pending = new PendingCall(new Call(stream.terms(), dueNanos), recorder);
      pending.start(stream.target());
      if (stream.terms().patience().isPresent()) {
        impatient.addLast(pending);
      }
      dueNanos = begin + offsets.getAsLong();
    }

    /** Nanoseconds until the next caller gives up; all wait equally long, so the first is first. */
    long giveUpDead(long now) {
      for (var first = impatient.peekFirst(); first != null; first = impatient.peekFirst()) {
        var left = first.giveUpNanos() - now;
        if (!first.isEnded() && left > 0) {
          return left;
        }
        impatient.removeFirst().giveUp();
      }
      return Long.MAX_VALUE;
    }

    boolean isOpen() {
      return recorder.openCount() > 0;
    }
  }
}
