package dev.weft.app.simulating;

import dev.weft.app.console.Amount;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.time.Duration;

/**
 * How fast simulated time goes by.
 *
 * @param simulated virtual time that passed
 * @param steps the scheduler took
 * @param took real time
 */
record Speed(Duration simulated, long steps, Duration took) {

  double seconds() {
    return Math.max(1, took.toMillis()) / 1e3;
  }

  /** Simulated seconds in one real second. */
  double simulatedPerSecond() {
    return simulated.toMillis() / 1e3 / seconds();
  }

  long stepsPerSecond() {
    return Math.round(steps / seconds());
  }

  /** Most bytes of this JVM's heap that were in use, garbage among them. */
  static long heapBytesMax() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .mapToLong(pool -> pool.getPeakUsage().getUsed())
        .sum();
  }

  @Override
  public String toString() {
    return Amount.format(
        "%.1f simulated seconds a second, %d steps a second, at most %s of heap",
        simulatedPerSecond(), stepsPerSecond(), Amount.bytes(heapBytesMax()));
  }
}
