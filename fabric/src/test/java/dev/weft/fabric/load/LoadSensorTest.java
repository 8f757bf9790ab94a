package dev.weft.fabric.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two cores, a window of 100 ms. */
class LoadSensorTest {

  private static final long MILLI = 1_000_000;

  @TempDir private Path root;

  private LoadSensor sensor(FakeMachine machine) {
    return new LoadSensor(new LoadFiles(root), machine, () -> 0.125, Duration.ofMillis(100));
  }

  private static LoadSample at(LoadSensor sensor, long millis) {
    return sensor.sample(millis * MILLI, OptionalDouble.of(3));
  }

  private static void assertShare(double expected, OptionalDouble share) {
    assertEquals(expected, share.orElseThrow(), 1e-9);
  }

  @Test
  void tellsWhoUsedWhatOfTheCpu() {
    var machine = new FakeMachine(root).whole();
    try (var sensor = sensor(machine)) {
      at(sensor, 0);
      machine.idleTicks(1_004, 10);
      machine.ownTicks(105, 53);
      machine.programNanos = OptionalLong.of(20 * MILLI);
      machine.runnable(6);
      machine.pressure("cpu", 1_025_000);
      machine.pressure("memory", 15_000);

      var sample = at(sensor, 100);

      assertShare(0.8, sample.machineShare());
      assertShare(0.4, sample.ownShare());
      assertShare(0.4, sample.foreignShare());
      assertShare(0.1, sample.programShare());
      assertShare(2.5, sample.runnablePerCore());
      assertShare(0.25, sample.cpuStallShare());
      assertShare(0.1, sample.memoryStallShare());
      assertShare(0.6, sample.memoryAvailableShare());
      assertShare(0.25, sample.heapUsedShare());
      assertShare(0.125, sample.tensorMemoryShare());
      assertShare(3, sample.timerLagMillis());
    }
  }

  @Test
  void theFirstLookTellsOnlyWhatNeedsNoTime() {
    try (var sensor = sensor(new FakeMachine(root).whole())) {
      var sample = at(sensor, 0);

      assertEquals(OptionalDouble.empty(), sample.machineShare());
      assertEquals(OptionalDouble.empty(), sample.foreignShare());
      assertEquals(OptionalDouble.empty(), sample.cpuStallShare());
      assertShare(0.6, sample.memoryAvailableShare());
    }
  }

  @Test
  void sharesAreTakenFromTheLookNearestToAWindowAgo() {
    var machine = new FakeMachine(root).whole();
    try (var sensor = sensor(machine)) {
      for (var millis = 0; millis <= 200; millis += 50) {
        machine.pressure("cpu", 1_000_000 + (millis == 200 ? 60_000 : 0));
        at(sensor, millis);
      }
      // The look at 200 saw 60 ms of stall, those before it none.
      machine.pressure("cpu", 1_060_000);
      assertShare(0.6, at(sensor, 250).cpuStallShare());
      assertShare(0, at(sensor, 310).cpuStallShare());
    }
  }

  @Test
  void roundingNeverShowsAsANegativeShareOrMoreThanAll() {
    var machine = new FakeMachine(root).whole();
    try (var sensor = sensor(machine)) {
      at(sensor, 0);
      machine.idleTicks(1_030, 10);
      machine.ownTicks(140, 53);
      var sample = at(sensor, 100);

      assertShare(0, sample.machineShare());
      assertShare(1, sample.ownShare());
      assertShare(0, sample.foreignShare());
    }
  }

  @Test
  void aClockThatStandsStillOrGoesBackBeginsAnew() {
    var machine = new FakeMachine(root).whole();
    try (var sensor = sensor(machine)) {
      at(sensor, 500);
      assertEquals(OptionalDouble.empty(), at(sensor, 500).machineShare());
      assertEquals(OptionalDouble.empty(), at(sensor, 100).machineShare());
      assertTrue(at(sensor, 200).machineShare().isPresent());
    }
  }

  @Test
  void withoutFilesTheJvmTellsWhatItCan() {
    var machine = new FakeMachine(root);
    machine.ownNanos = OptionalLong.of(0);
    machine.machineShare = OptionalDouble.of(0.7);
    try (var sensor = sensor(machine)) {
      at(sensor, 0);
      machine.ownNanos = OptionalLong.of(40 * MILLI);
      var sample = at(sensor, 100);

      assertShare(0.7, sample.machineShare());
      assertShare(0.2, sample.ownShare());
      assertShare(0.5, sample.foreignShare());
      assertEquals(OptionalDouble.empty(), sample.cpuStallShare());
      assertEquals(OptionalDouble.empty(), sample.runnablePerCore());
      assertEquals(OptionalDouble.empty(), sample.memoryAvailableShare());
    }
  }

  @Test
  void inAContainerItsShareIsTheWholeAndOthersOutsideOfItCountToo() {
    var machine = new FakeMachine(root).whole();
    machine.write("sys/fs/cgroup/cpu.max", "100000 100000\n");
    machine.write("sys/fs/cgroup/cpu.stat", "usage_usec 0\n");
    machine.write("sys/fs/cgroup/cpu.pressure", FakeMachine.pressureText(0));
    try (var sensor = sensor(machine)) {
      at(sensor, 0);
      // 200 ms of two cores: 80 idle, 40 ours, 50 of the container, so 70 of others outside.
      machine.idleTicks(1_008, 10);
      machine.ownTicks(104, 50);
      machine.write("sys/fs/cgroup/cpu.stat", "usage_usec 50000\n");
      machine.write("sys/fs/cgroup/cpu.pressure", FakeMachine.pressureText(30_000));
      var sample = at(sensor, 100);

      assertShare(0.5, sample.machineShare());
      assertShare(0.4, sample.ownShare());
      assertShare(0.4, sample.foreignShare());
      assertShare(0.3, sample.cpuStallShare());
    }
  }
}
