package dev.weft.fabric.sensor;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The energy counters of the machine's processors, as Linux tells them ({@code
 * /sys/class/powercap}): of whole packages, which hold their cores and what is beside them. Only
 * root may read them on most systems, and most virtual machines have none. Each counts from its own
 * making on; for one thread.
 */
public final class RaplFiles {

  /** Where Linux has them. */
  public static final Path POWERCAP = Path.of("/sys/class/powercap");

  private static final int PACKAGES_MAX = 64;

  private final List<Package> packages;

  /** One package, and how far its counter had come. */
  private record Package(Path counter, WrappingCounter advance) {}

  private RaplFiles(List<Package> packages) {
    this.packages = packages;
  }

  /**
   * @param folder with one folder for each zone
   * @return without packages if there are none, or one of them may not be read: a part of what the
   *     machine uses is no figure
   */
  public static RaplFiles in(Path folder) {
    var found = new ArrayList<Package>();
    if (!Files.isDirectory(folder)) {
      return new RaplFiles(List.of());
    }
    try (var zones = Files.newDirectoryStream(folder, RaplFiles::isWhole)) {
      for (var zone : zones) {
        if (!Files.readString(zone.resolve("name")).startsWith("package-")) {
          continue;
        }
        var counter = zone.resolve("energy_uj");
        var now = number(counter);
        var range = number(zone.resolve("max_energy_range_uj"));
        if (now.isEmpty() || range.isEmpty() || found.size() == PACKAGES_MAX) {
          return new RaplFiles(List.of());
        }
        found.add(new Package(counter, new WrappingCounter(range.getAsLong(), now.getAsLong())));
      }
    } catch (IOException | DirectoryIteratorException e) {
      return new RaplFiles(List.of());
    }
    return new RaplFiles(List.copyOf(found));
  }

  /** A part of a package has a second number in its name. */
  private static boolean isWhole(Path zone) {
    return String.valueOf(zone.getFileName()).matches("intel-rapl:[0-9]+");
  }

  public boolean isThere() {
    return !packages.isEmpty();
  }

  /**
   * What all packages took since the last reading, in joules.
   *
   * @param elapsedNanos since then
   * @return empty if one cannot be read now; the next reading then tells of this time, too
   */
  public OptionalDouble joules(long elapsedNanos) {
    var now = new long[packages.size()];
    for (var i = 0; i < now.length; i++) {
      var value = number(packages.get(i).counter());
      if (value.isEmpty()) {
        return OptionalDouble.empty();
      }
      now[i] = value.getAsLong();
    }
    var joules = 0.0;
    for (var i = 0; i < now.length; i++) {
      joules += packages.get(i).advance().advance(now[i], elapsedNanos);
    }
    return OptionalDouble.of(joules);
  }

  private static OptionalLong number(Path file) {
    try {
      return OptionalLong.of(Long.parseLong(Files.readString(file).strip()));
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty(); // What may not be read is not told.
    }
  }
}
