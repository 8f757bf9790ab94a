package dev.weft.fabric.load;

import java.util.OptionalDouble;

/**
 * What one look at the machine showed. A share is a number from 0 to 1; a share of the CPU is one
 * of all cores this process may use. What a machine cannot tell is empty, never guessed.
 *
 * @param machineShare CPU that was busy, whoever used it; time taken by a hypervisor counts
 * @param ownShare CPU that this process used
 * @param foreignShare CPU that others used: other processes, and the hypervisor
 * @param programShare CPU that threads of this process used that are neither Weft's nor the JVM's
 * @param runnablePerCore tasks that ran or waited for a core at this moment, this one not counted,
 *     divided by cores
 * @param cpuStallShare share of the time in which a task waited for a core ("some" of the kernel's
 *     pressure stall information)
 * @param memoryAvailableShare memory that could be had without swapping, of all there is or all
 *     this process may use, whichever is scarcer
 * @param memoryStallShare share of the time in which a task waited for memory
 * @param heapUsedShare heap in use, garbage included, of the most there may be
 * @param tensorMemoryShare off-heap memory held for tensors, of the most there may be
 * @param timerLagMillis by how much this look came late, in milliseconds
 */
public record LoadSample(
    OptionalDouble machineShare,
    OptionalDouble ownShare,
    OptionalDouble foreignShare,
    OptionalDouble programShare,
    OptionalDouble runnablePerCore,
    OptionalDouble cpuStallShare,
    OptionalDouble memoryAvailableShare,
    OptionalDouble memoryStallShare,
    OptionalDouble heapUsedShare,
    OptionalDouble tensorMemoryShare,
    OptionalDouble timerLagMillis) {

  private static final OptionalDouble UNKNOWN = OptionalDouble.empty();

  /** One that tells nothing: before the first look, or where nothing can be seen. */
  public static LoadSample unknown() {
    return new LoadSample(
        UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN,
        UNKNOWN);
  }

  /** {@code part} of {@code whole} as a share; rounding of counters may pass its ends by a bit. */
  static OptionalDouble share(double part, double whole) {
    return whole > 0 ? OptionalDouble.of(Math.clamp(part / whole, 0, 1)) : UNKNOWN;
  }
}
