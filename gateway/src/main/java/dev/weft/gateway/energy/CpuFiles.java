package dev.weft.gateway.energy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * Processor time of the whole machine, as Linux tells it ({@code /proc/stat}).
 *
 * @param stat the file
 */
record CpuFiles(Path stat) {

  /** The kernel tells processes of time in ticks, 100 to a second on every platform of Java. */
  private static final long TICK_NANOS = 10_000_000;

  private static final String ALL_CORES = "cpu ";

  /** Of user, nice, system, idle, iowait, irq, softirq; what is behind is in the first, or away. */
  private static final int FIELDS = 7;

  private static final int IDLE = 3;
  private static final int IOWAIT = 4;

  /** What all cores were busy since the machine's start, in nanoseconds; empty if not known. */
  OptionalLong busyNanos() {
    try (var lines = Files.newBufferedReader(stat)) {
      var line = lines.readLine();
      return line == null || !line.startsWith(ALL_CORES) ? OptionalLong.empty() : busy(line);
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private static OptionalLong busy(String line) {
    var fields = line.substring(ALL_CORES.length()).strip().split(" ", -1);
    if (fields.length < FIELDS) {
      return OptionalLong.empty();
    }
    var ticks = 0L;
    for (var i = 0; i < FIELDS; i++) {
      if (i != IDLE && i != IOWAIT) {
        ticks += Long.parseLong(fields[i]);
      }
    }
    return OptionalLong.of(ticks * TICK_NANOS);
  }
}
