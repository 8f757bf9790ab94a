package dev.weft.fabric.load;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Asks this JVM's management beans. One thread at a time. */
final class JvmMeter implements ProcessMeter {

  /** A thread, the time it had used when last seen, and the look that saw it. */
  private static final class Seen {
    final boolean isWefts;
    long nanos;
    long look;

    Seen(boolean isWefts) {
      this.isWefts = isWefts;
    }
  }

  private final OperatingSystemMXBean machine =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private final ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
  private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
  private final boolean tellsThreads =
      threads.isThreadCpuTimeSupported() && threads.isThreadCpuTimeEnabled();
  private final String weftsPrefix;
  private final Map<Long, Seen> seen = new HashMap<>();
  private long look;
  private long programNanos;

  /**
   * @param weftsPrefix what the names of Weft's own threads begin with
   */
  JvmMeter(String weftsPrefix) {
    this.weftsPrefix = weftsPrefix;
  }

  /** Threads that ended since the last call took the time they used since then with them. */
  @Override
  public OptionalLong programNanos() {
    if (!tellsThreads) {
      return OptionalLong.empty();
    }
    look++;
    var ids = threads.getAllThreadIds();
    var times = threads.getThreadCpuTime(ids);
    for (var i = 0; i < ids.length; i++) {
      var thread = seen.get(ids[i]);
      if (thread == null) {
        thread = new Seen(isWefts(ids[i]));
        seen.put(ids[i], thread);
      }
      if (!thread.isWefts && times[i] > thread.nanos) {
        programNanos += times[i] - thread.nanos;
      }
      thread.nanos = Math.max(thread.nanos, times[i]);
      thread.look = look;
    }
    if (seen.size() > ids.length) {
      seen.values().removeIf(thread -> thread.look != look);
    }
    return OptionalLong.of(programNanos);
  }

  @Override
  public OptionalLong ownNanos() {
    var nanos = machine.getProcessCpuTime();
    return nanos < 0 ? OptionalLong.empty() : OptionalLong.of(nanos);
  }

  @Override
  public OptionalDouble machineShare() {
    var share = machine.getCpuLoad();
    return share >= 0 ? OptionalDouble.of(share) : OptionalDouble.empty();
  }

  @Override
  public int cores() {
    return machine.getAvailableProcessors();
  }

  @Override
  public OptionalDouble heapUsedShare() {
    var heap = memory.getHeapMemoryUsage();
    return LoadSample.share(heap.getUsed(), heap.getMax());
  }

  private boolean isWefts(long id) {
    var thread = threads.getThreadInfo(id);
    return thread != null && thread.getThreadName().startsWith(weftsPrefix);
  }
}
