package dev.weft.fabric.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadFilesTest {

  @TempDir private Path root;

  private MachineReading read() {
    try (var files = new LoadFiles(root)) {
      return files.read();
    }
  }

  @Test
  void readsAMachineWithoutContainers() {
    new FakeMachine(root).whole().runnable(4);

    assertEquals(
        new MachineReading(
            2,
            OptionalLong.of(10_100),
            OptionalLong.of(1_500),
            OptionalLong.of(3),
            OptionalLong.of(1_000_000),
            OptionalLong.of(5_000),
            OptionalDouble.of(0.6),
            Optional.empty()),
        read());
  }

  @Test
  void aFolderWithoutAnythingTellsNothing() {
    assertEquals(
        new MachineReading(
            0,
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalDouble.empty(),
            Optional.empty()),
        read());
  }

  @Test
  void readsWhatFilesSayNowNotWhatTheySaidFirst() {
    var machine = new FakeMachine(root).whole();
    try (var files = new LoadFiles(root)) {
      files.read();
      machine.pressure("cpu", 1_234_567);
      assertEquals(OptionalLong.of(1_234_567), files.read().cpuStallMicros());
    }
  }

  @Test
  void aContainersLimitsAreThoseOfTheTightestGroupAroundIt() {
    var machine = new FakeMachine(root).whole();
    machine.write("proc/self/cgroup", "0::/pod/box\n");
    machine.write("sys/fs/cgroup/pod/cpu.max", "50000 100000\n");
    machine.write("sys/fs/cgroup/pod/cpu.stat", "usage_usec 700\nuser_usec 5\n");
    machine.write("sys/fs/cgroup/pod/cpu.pressure", FakeMachine.pressureText(70));
    machine.write("sys/fs/cgroup/pod/box/cpu.max", "max 100000\n");
    machine.write("sys/fs/cgroup/pod/box/memory.max", "1000\n");
    machine.write("sys/fs/cgroup/pod/box/memory.current", "900\n");
    machine.write("sys/fs/cgroup/pod/box/memory.stat", "anon 500\ninactive_file 200\n");

    var reading = read();

    assertEquals(
        Optional.of(new MachineReading.CpuLimit(0.5, 700, OptionalLong.of(70))), reading.limit());
    assertEquals(OptionalDouble.of(0.3), reading.memoryAvailableShare());
  }

  @Test
  void aLimitWiderThanTheMachineIsNone() {
    var machine = new FakeMachine(root).whole();
    machine.write("sys/fs/cgroup/cpu.max", "400000 100000\n");
    machine.write("sys/fs/cgroup/cpu.stat", "usage_usec 700\n");

    assertEquals(Optional.empty(), read().limit());
  }

  @Test
  void aGroupThatLiesOutsideIsReadAtTheTop() {
    var machine = new FakeMachine(root).whole();
    machine.write("proc/self/cgroup", "1:cpu:/x\n0::/../../../elsewhere\n");
    machine.write("sys/fs/cgroup/memory.max", "1000\n");
    machine.write("sys/fs/cgroup/memory.current", "900\n");

    assertEquals(OptionalDouble.of(0.1), read().memoryAvailableShare());
  }

  @RepeatedTest(200)
  void filesOfAnyContentGiveNumbersOrNothing() {
    var seed = new Random().nextLong();
    var random = new Random(seed);
    var machine = new FakeMachine(root);
    for (var path :
        new String[] {
          "proc/stat",
          "proc/self/stat",
          "proc/self/cgroup",
          "proc/loadavg",
          "proc/pressure/cpu",
          "proc/meminfo",
          "sys/fs/cgroup/cpu.max",
          "sys/fs/cgroup/cpu.stat",
          "sys/fs/cgroup/memory.max",
          "sys/fs/cgroup/memory.current",
        }) {
      machine.write(path, garbage(random));
    }
    var share = read().memoryAvailableShare().orElse(0);
    assertTrue(share >= 0 && share <= 1, "seed " + seed);
  }

  private static String garbage(Random random) {
    var words =
        new String[] {
          "cpu ", "cpu0 ", "some ", "total=", "MemTotal:", "MemAvailable:", "usage_usec ", ")",
              "\n",
          " ", "max", "-1", "9223372036854775807", "99999999999999999999999", "7", "0", "/", "0::/",
          "..", "\0", "(", "12 "
        };
    var text = new StringBuilder();
    for (var i = random.nextInt(40); i > 0; i--) {
      text.append(words[random.nextInt(words.length)]);
    }
    return text.toString();
  }
}
