package dev.weft.fabric.load;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What the kernel's files say at one moment. Times are sums since some moment in the past; those of
 * the CPU go in steps of 10 ms, those of stalls in microseconds.
 *
 * @param cores of the machine, 0 if unknown
 * @param idleMillis time cores had nothing to do, summed over cores
 * @param ownMillis time this process used cores, summed over cores
 * @param runnable tasks that run or wait for a core, this one not counted
 * @param limit what binds this process besides the machine, if it is in a container
 */
record MachineReading(
    int cores,
    OptionalLong idleMillis,
    OptionalLong ownMillis,
    OptionalLong runnable,
    OptionalLong cpuStallMicros,
    OptionalLong memoryStallMicros,
    OptionalDouble memoryAvailableShare,
    Optional<CpuLimit> limit) {

  /**
   * A group of processes that shares a number of cores.
   *
   * @param cores at least two hundredths, not whole
   */
  record CpuLimit(double cores, long usedMicros, OptionalLong stallMicros) {}
}
