package dev.weft.fabric.load;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.DoubleSupplier;

/**
 * Makes samples of what files and the JVM tell: shares over a window of the last looks, so that the
 * kernel's steps of 10 ms do not show as load. One thread at a time.
 */
public final class LoadSensor implements LoadWatch.Sensor, AutoCloseable {

  /** What was read at one look. */
  private record Look(
      long nanos, MachineReading machine, OptionalLong ownNanos, OptionalLong programNanos) {}

  private final LoadFiles files;
  private final ProcessMeter meter;
  private final DoubleSupplier tensorMemoryShare;
  private final long windowNanos;
  private final Deque<Look> looks = new ArrayDeque<>();

  LoadSensor(
      LoadFiles files, ProcessMeter meter, DoubleSupplier tensorMemoryShare, Duration window) {
    this.files = files;
    this.meter = meter;
    this.tensorMemoryShare = tensorMemoryShare;
    this.windowNanos = window.toNanos();
  }

  /**
   * One of this machine and process.
   *
   * @param weftsPrefix what the names of Weft's own threads begin with
   * @param tensorMemoryShare see {@link LoadSample#tensorMemoryShare}
   */
  public static LoadSensor of(
      String weftsPrefix, DoubleSupplier tensorMemoryShare, LoadSettings settings) {
    return new LoadSensor(
        new LoadFiles(Path.of("/")),
        new JvmMeter(weftsPrefix),
        tensorMemoryShare,
        settings.window());
  }

  @Override
  public LoadSample sample(long nanos, OptionalDouble timerLagMillis) {
    var machine = files.read();
    var now = new Look(nanos, machine, ownNanos(machine), meter.programNanos());
    var then = windowStart(now);
    var millis = (now.nanos - then.nanos) / 1e6;
    var cores = machine.cores() > 0 ? machine.cores() : meter.cores();
    var own = share(then.ownNanos, now.ownNanos, millis * 1e6 * cores);
    var busy = machineShare(then, now, millis * cores);
    var limit = machine.limit();
    var foreign = difference(busy, own);
    if (limit.isPresent() && then.machine.limit().isPresent()) {
      // In a container with less than the machine, what it may use is the whole; but others outside
      // of it can be in the way as well.
      var capacityMillis = millis * limit.get().cores();
      var used = limit.get().usedMicros() - then.machine.limit().get().usedMicros();
      busy = LoadSample.share(used / 1e3, capacityMillis);
      own = share(then.ownNanos, now.ownNanos, capacityMillis * 1e6);
      foreign = larger(foreign, difference(busy, own));
    }
    var capacity = limit.map(MachineReading.CpuLimit::cores).orElse((double) cores);
    return new LoadSample(
        busy,
        own,
        foreign,
        share(then.programNanos, now.programNanos, millis * 1e6 * capacity),
        runnablePerCore(machine, cores),
        share(cpuStall(then.machine), cpuStall(machine), millis * 1e3),
        machine.memoryAvailableShare(),
        share(then.machine.memoryStallMicros(), machine.memoryStallMicros(), millis * 1e3),
        meter.heapUsedShare(),
        OptionalDouble.of(Math.clamp(tensorMemoryShare.getAsDouble(), 0.0, 1.0)),
        timerLagMillis);
  }

  @Override
  public void close() {
    files.close();
  }

  /** The look whose age is nearest to the window; this one itself if it is the first. */
  private Look windowStart(Look now) {
    if (!looks.isEmpty() && looks.getLast().nanos >= now.nanos) {
      looks.clear();
    }
    looks.addLast(now);
    while (looks.size() > 2 && isSecondNearer(now.nanos)) {
      looks.removeFirst();
    }
    return looks.getFirst();
  }

  private boolean isSecondNearer(long nanos) {
    var both = looks.iterator();
    var firstOff = Math.abs(nanos - both.next().nanos - windowNanos);
    var secondOff = Math.abs(nanos - both.next().nanos - windowNanos);
    return secondOff <= firstOff;
  }

  private OptionalLong ownNanos(MachineReading machine) {
    return machine.ownMillis().isPresent()
        ? OptionalLong.of(machine.ownMillis().getAsLong() * 1_000_000)
        : meter.ownNanos();
  }

  private OptionalDouble machineShare(Look then, Look now, double capacityMillis) {
    var idle = share(then.machine.idleMillis(), now.machine.idleMillis(), capacityMillis);
    if (idle.isPresent()) {
      return OptionalDouble.of(1 - idle.getAsDouble());
    }
    return now.machine.cores() > 0 ? OptionalDouble.empty() : meter.machineShare();
  }

  private static OptionalDouble runnablePerCore(MachineReading machine, int cores) {
    return machine.runnable().isPresent()
        ? OptionalDouble.of((double) machine.runnable().getAsLong() / cores)
        : OptionalDouble.empty();
  }

  /** Tasks of the own container tell more than those of the whole machine. */
  private static OptionalLong cpuStall(MachineReading machine) {
    var own = machine.limit().map(MachineReading.CpuLimit::stallMicros);
    return own.isPresent() && own.get().isPresent() ? own.get() : machine.cpuStallMicros();
  }

  private static OptionalDouble share(OptionalLong then, OptionalLong now, double whole) {
    return then.isPresent() && now.isPresent()
        ? LoadSample.share((double) now.getAsLong() - then.getAsLong(), whole)
        : OptionalDouble.empty();
  }

  private static OptionalDouble difference(OptionalDouble whole, OptionalDouble part) {
    return whole.isPresent() && part.isPresent()
        ? OptionalDouble.of(Math.max(0, whole.getAsDouble() - part.getAsDouble()))
        : OptionalDouble.empty();
  }

  private static OptionalDouble larger(OptionalDouble a, OptionalDouble b) {
    return a.isPresent() && a.getAsDouble() > b.orElse(0) ? a : b;
  }
}
