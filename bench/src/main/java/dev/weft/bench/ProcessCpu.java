package dev.weft.bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import com.sun.management.OperatingSystemMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * CPU time this process has used in all its threads, in nanoseconds.
 *
 * <p>Java's own figure ({@link OperatingSystemMXBean#getProcessCpuTime}) moves in steps of 10 ms on
 * Linux, so the system's clock is asked where there is one, and Java's where not.
 */
final class ProcessCpu {

  private static final int LINUX_CLOCK_PROCESS_CPUTIME = 2;
  private static final int MAC_CLOCK_PROCESS_CPUTIME = 12;
  private static final Optional<MethodHandle> CLOCK = clock();
  private static final MemorySegment TIME = Arena.global().allocate(JAVA_LONG, 2);
  private static final LongSupplier SOURCE = system().orElseGet(ProcessCpu::java);

  private ProcessCpu() {}

  static long nanos() {
    return SOURCE.getAsLong();
  }

  /**
   * CPU time of another process of this user. On Linux by the clock the kernel has for every
   * process (MAKE_PROCESS_CPUCLOCK in its posix-timers.h), elsewhere in Java's steps of 10 ms.
   */
  static long nanos(long pid) {
    var clock = (int) (~pid << 3) | LINUX_CLOCK_PROCESS_CPUTIME;
    return CLOCK
        .map(handle -> read(handle, clock, TIME))
        .filter(nanos -> nanos > 0 && System.getProperty("os.name").startsWith("Linux"))
        .orElseGet(
            () ->
                ProcessHandle.of(pid)
                    .flatMap(process -> process.info().totalCpuDuration())
                    .map(Duration::toNanos)
                    .orElse(0L));
  }

  private static LongSupplier java() {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return system::getProcessCpuTime;
  }

  private static Optional<LongSupplier> system() {
    var name = System.getProperty("os.name");
    var linux = name.startsWith("Linux");
    if (!linux && !name.startsWith("Mac")) {
      return Optional.empty();
    }
    var clock = linux ? LINUX_CLOCK_PROCESS_CPUTIME : MAC_CLOCK_PROCESS_CPUTIME;
    return CLOCK
        .filter(handle -> read(handle, clock, TIME) > 0)
        .map(handle -> () -> read(handle, clock, TIME));
  }

  private static Optional<MethodHandle> clock() {
    var linker = Linker.nativeLinker();
    var call = FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS);
    return linker
        .defaultLookup()
        .find("clock_gettime")
        .map(symbol -> linker.downcallHandle(symbol, call));
  }

  private static synchronized long read(MethodHandle handle, int clock, MemorySegment time) {
    try {
      if ((int) handle.invokeExact(clock, time) != 0) {
        return -1;
      }
    } catch (Throwable e) {
      throw new IllegalStateException("clock_gettime", e);
    }
    return time.getAtIndex(JAVA_LONG, 0) * 1_000_000_000L + time.getAtIndex(JAVA_LONG, 1);
  }
}
