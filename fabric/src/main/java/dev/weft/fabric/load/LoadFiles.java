package dev.weft.fabric.load;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Reads what Linux tells of the machine, of this process and of the container around it. What
 * cannot be read is empty, and elsewhere all of it is. One thread at a time.
 *
 * <p>The files stay open and are read anew from their start, into one buffer.
 */
final class LoadFiles implements AutoCloseable {

  /** The kernel tells processes of time in ticks, 100 to a second on every platform of Java. */
  private static final long TICK_MILLIS = 10;

  /** Enough for the lines of some six hundred cores. */
  private static final int STAT_BYTES = 64 << 10;

  /** Reads of more bytes than this take memory from the system each time. */
  private static final int FILE_BYTES = 8 << 10;

  private static final int UTIME = 11;
  private static final int STIME = 12;
  private static final int IDLE = 3;
  private static final int IOWAIT = 4;

  private final byte[] buffer = new byte[STAT_BYTES];
  private final List<OpenFile> all = new ArrayList<>();
  private final OpenFile stat;
  private final OpenFile ownStat;
  private final OpenFile loadavg;
  private final OpenFile cpuPressure;
  private final OpenFile memoryPressure;
  private final OpenFile meminfo;
  private final List<Group> groups;

  /**
   * @param root {@code /}, or a tree with {@code proc} and {@code sys} as there
   */
  LoadFiles(Path root) {
    var proc = root.resolve("proc");
    stat = open(proc.resolve("stat"));
    ownStat = open(proc.resolve("self/stat"));
    loadavg = open(proc.resolve("loadavg"));
    cpuPressure = open(proc.resolve("pressure/cpu"));
    memoryPressure = open(proc.resolve("pressure/memory"));
    meminfo = open(proc.resolve("meminfo"));
    groups = groups(root);
  }

  MachineReading read() {
    var statText = stat.read(STAT_BYTES);
    var cores = statText.countNumbered("cpu");
    return new MachineReading(
        cores,
        idleMillis(statText),
        ownMillis(ownStat.read()),
        runnable(loadavg.read()),
        stallMicros(cpuPressure.read()),
        stallMicros(memoryPressure.read()),
        memoryAvailableShare(),
        cpuLimit(cores));
  }

  @Override
  public void close() {
    all.forEach(OpenFile::close);
  }

  private static OptionalLong idleMillis(ProcText stat) {
    var start = stat.after("cpu ");
    if (start < 0) {
      return OptionalLong.empty();
    }
    return millis(stat.field(start, IDLE), stat.field(start, IOWAIT));
  }

  private static OptionalLong ownMillis(ProcText stat) {
    // The name in parentheses may hold anything, parentheses too.
    var start = stat.afterLast(')');
    return start < 0
        ? OptionalLong.empty()
        : millis(stat.field(start, UTIME), stat.field(start, STIME));
  }

  private static OptionalLong millis(OptionalLong someTicks, OptionalLong moreTicks) {
    return someTicks.isPresent() && moreTicks.isPresent()
        ? OptionalLong.of((someTicks.getAsLong() + moreTicks.getAsLong()) * TICK_MILLIS)
        : OptionalLong.empty();
  }

  private static OptionalLong runnable(ProcText loadavg) {
    var running = loadavg.field(0, 3);
    return running.isPresent()
        ? OptionalLong.of(Math.max(0, running.getAsLong() - 1))
        : OptionalLong.empty();
  }

  private static OptionalLong stallMicros(ProcText pressure) {
    var start = pressure.after("some ");
    return start < 0 ? OptionalLong.empty() : pressure.numberBehind(start, "total=");
  }

  private OptionalDouble memoryAvailableShare() {
    var text = meminfo.read();
    var total = text.numberAfter("MemTotal:");
    var available = text.numberAfter("MemAvailable:");
    var share =
        total.isPresent() && available.isPresent()
            ? LoadSample.share(available.getAsLong(), total.getAsLong())
            : OptionalDouble.empty();
    for (var group : groups) {
      var left = group.memoryAvailableShare();
      if (left.isPresent()) {
        share = OptionalDouble.of(Math.min(left.getAsDouble(), share.orElse(1)));
      }
    }
    return share;
  }

  /** The tightest limit of the groups around this process that is tighter than the machine. */
  private Optional<MachineReading.CpuLimit> cpuLimit(int cores) {
    var tightest = Optional.<MachineReading.CpuLimit>empty();
    for (var group : groups) {
      var limit = group.cpuLimit();
      if (limit.isPresent()
          && (cores == 0 || limit.get().cores() < cores)
          && (tightest.isEmpty() || limit.get().cores() < tightest.get().cores())) {
        tightest = limit;
      }
    }
    return tightest;
  }

  /** The group of this process and those around it; none without control groups of version 2. */
  private List<Group> groups(Path root) {
    var top = root.resolve("sys/fs/cgroup").normalize();
    var found = new ArrayList<Group>();
    for (var folder = ownGroup(root, top); folder.startsWith(top); folder = parent(folder, top)) {
      var group = new Group(folder);
      if (group.limits()) {
        found.add(group);
      }
    }
    return found;
  }

  private static Path ownGroup(Path root, Path top) {
    try {
      for (var line : Files.readAllLines(root.resolve("proc/self/cgroup"))) {
        if (line.startsWith("0::/")) {
          var folder = top.resolve(line.substring("0::/".length())).normalize();
          // A group outside what this process sees: only the top can be read.
          return Files.isDirectory(folder) && folder.startsWith(top) ? folder : top;
        }
      }
    } catch (IOException | RuntimeException e) {
      // No such file here, or a name that is none: no groups.
    }
    return top;
  }

  private static Path parent(Path folder, Path top) {
    var parent = folder.getParent();
    return parent == null || folder.equals(top) ? Path.of("") : parent;
  }

  private OpenFile open(Path path) {
    var file = new OpenFile(path);
    all.add(file);
    return file;
  }

  /** One control group of version 2. */
  private final class Group {

    private final OpenFile cpuMax;
    private final OpenFile cpuStat;
    private final OpenFile pressure;
    private final OpenFile memoryMax;
    private final OpenFile memoryCurrent;
    private final OpenFile memoryStat;

    Group(Path folder) {
      cpuMax = open(folder.resolve("cpu.max"));
      cpuStat = open(folder.resolve("cpu.stat"));
      pressure = open(folder.resolve("cpu.pressure"));
      memoryMax = open(folder.resolve("memory.max"));
      memoryCurrent = open(folder.resolve("memory.current"));
      memoryStat = open(folder.resolve("memory.stat"));
    }

    /** Whether there is any limit to watch; a limit set later on is not seen. */
    boolean limits() {
      return cpuLimit().isPresent() || memoryAvailableShare().isPresent();
    }

    Optional<MachineReading.CpuLimit> cpuLimit() {
      var max = cpuMax.read();
      var quota = max.field(0, 0);
      var period = max.field(0, 1);
      if (quota.isEmpty() || period.isEmpty() || period.getAsLong() == 0) {
        return Optional.empty();
      }
      var cores = (double) quota.getAsLong() / period.getAsLong();
      var used = cpuStat.read().numberAfter("usage_usec ");
      return used.isPresent() && cores > 0
          ? Optional.of(
              new MachineReading.CpuLimit(cores, used.getAsLong(), stallMicros(pressure.read())))
          : Optional.empty();
    }

    /** File pages nobody used of late can be had at once, so they count as available. */
    OptionalDouble memoryAvailableShare() {
      var max = memoryMax.read().field(0, 0);
      if (max.isEmpty()) {
        return OptionalDouble.empty();
      }
      var current = memoryCurrent.read().field(0, 0);
      if (current.isEmpty()) {
        return OptionalDouble.empty();
      }
      var idle = memoryStat.read().numberAfter("inactive_file ").orElse(0);
      return LoadSample.share(
          max.getAsLong() - current.getAsLong() + (double) idle, max.getAsLong());
    }
  }

  /** A file that is read again and again; absent for good once it cannot be read. */
  private final class OpenFile {

    private Optional<RandomAccessFile> file;

    OpenFile(Path path) {
      try {
        file = Optional.of(new RandomAccessFile(path.toFile(), "r"));
      } catch (IOException | RuntimeException e) {
        file = Optional.empty();
      }
    }

    ProcText read() {
      return read(FILE_BYTES);
    }

    /** Its beginning, {@code bytes} at most; valid until the next file is read. */
    ProcText read(int bytes) {
      if (file.isEmpty()) {
        return new ProcText(buffer, 0);
      }
      try {
        file.get().seek(0);
        return new ProcText(buffer, Math.max(0, file.get().read(buffer, 0, bytes)));
      } catch (IOException e) {
        close();
        return new ProcText(buffer, 0);
      }
    }

    void close() {
      try {
        if (file.isPresent()) {
          file.get().close();
        }
      } catch (IOException e) {
        // Nothing was written, so nothing is lost.
      }
      file = Optional.empty();
    }
  }
}
