package dev.weft.fabric.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** A tree of kernel files whose content a test sets, and a JVM as it wishes. */
final class FakeMachine implements ProcessMeter {

  final Path root;
  OptionalLong programNanos = OptionalLong.of(0);
  OptionalLong ownNanos = OptionalLong.empty();
  OptionalDouble machineShare = OptionalDouble.empty();
  int cores = 2;

  FakeMachine(Path root) {
    this.root = root;
  }

  void write(String path, String content) {
    try {
      var file = root.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ticks of idle and waiting time over both of two cores. */
  void idleTicks(long idle, long iowait) {
    write(
        "proc/stat",
        "cpu  11 22 33 %d %d 5 6 7 8 9\ncpu0 1 2 3 4 5\ncpu1 1 2 3 4 5\nintr 7 0 cpu9\n"
            .formatted(idle, iowait));
  }

  void ownTicks(long user, long system) {
    write(
        "proc/self/stat",
        "42 (a (b) c) S 1 1 1 0 -1 4194304 99 0 0 0 %d %d 0 0 20 0 1 0 9 9\n"
            .formatted(user, system));
  }

  void runnable(long count) {
    write("proc/loadavg", "2.04 1.06 0.63 %d/121 8538\n".formatted(count));
  }

  void pressure(String what, long totalMicros) {
    write("proc/pressure/" + what, pressureText(totalMicros));
  }

  static String pressureText(long totalMicros) {
    return "some avg10=4.46 avg60=4.87 avg300=7.09 total=%d\nfull avg10=0.00 total=3\n"
        .formatted(totalMicros);
  }

  void memory(long totalKib, long availableKib) {
    write(
        "proc/meminfo",
        String.format(
            Locale.ROOT,
            "MemTotal:       %d kB\nMemFree:  1 kB\nMemAvailable:   %d kB\nBuffers: 2 kB\n",
            totalKib,
            availableKib));
  }

  /** All files, so that tests only change what they are about. */
  FakeMachine whole() {
    idleTicks(1_000, 10);
    ownTicks(100, 50);
    runnable(1);
    pressure("cpu", 1_000_000);
    pressure("memory", 5_000);
    memory(1_000, 600);
    return this;
  }

  @Override
  public OptionalLong programNanos() {
    return programNanos;
  }

  @Override
  public OptionalLong ownNanos() {
    return ownNanos;
  }

  @Override
  public OptionalDouble machineShare() {
    return machineShare;
  }

  @Override
  public int cores() {
    return cores;
  }

  @Override
  public OptionalDouble heapUsedShare() {
    return OptionalDouble.of(0.25);
  }
}
