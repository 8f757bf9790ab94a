package dev.weft.fabric.load;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/** What the JVM itself tells of this process and its machine. */
interface ProcessMeter {

  /**
   * Time that threads of this process used cores, summed over cores, other than Weft's and the
   * JVM's own (compilers, garbage collector) and those of native code; in nanoseconds since some
   * moment in the past.
   */
  OptionalLong programNanos();

  /** As {@link MachineReading#ownMillis}, where files do not tell; in nanoseconds. */
  OptionalLong ownNanos();

  /** CPU of the machine that was busy since the last call, where files do not tell. */
  OptionalDouble machineShare();

  /** Cores this process may use. */
  int cores();

  OptionalDouble heapUsedShare();
}
