package dev.weft.fabric.embedded;

import dev.weft.fabric.pipeline.FabricClock;
import dev.weft.fabric.pipeline.RunTimes;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Instant;

/** The machine's own clocks. */
public enum SystemClock implements FabricClock {
  INSTANCE;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Instant instant() {
    return Instant.now();
  }

  @Override
  public long cpuNanos() {
    return THREADS.isCurrentThreadCpuTimeSupported() && THREADS.isThreadCpuTimeEnabled()
        ? THREADS.getCurrentThreadCpuTime()
        : RunTimes.NOT_MEASURED;
  }
}
