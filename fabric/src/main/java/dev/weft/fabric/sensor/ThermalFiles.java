package dev.weft.fabric.sensor;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The temperatures that Linux tells of the machine ({@code /sys/class/thermal}); none elsewhere,
 * and none in most virtual machines.
 */
public final class ThermalFiles {

  private static final int ZONES_MAX = 32;
  private static final double MILLI = 1e3;

  private final Path folder;

  public ThermalFiles() {
    this(Path.of("/sys/class/thermal"));
  }

  /**
   * @param folder with one folder for each zone
   */
  public ThermalFiles(Path folder) {
    this.folder = folder;
  }

  /** Degrees Celsius by the zone's type; of several of a type the hottest. Reads files. */
  public Map<String, Double> celsius() {
    var found = new TreeMap<String, Double>();
    if (!Files.isDirectory(folder)) {
      return found;
    }
    try (var zones = Files.newDirectoryStream(folder, "thermal_zone*")) {
      for (var zone : zones) {
        if (found.size() < ZONES_MAX) {
          read(zone, found);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return found; // What cannot be read is not told.
    }
    return found;
  }

  private static void read(Path zone, Map<String, Double> found) {
    try {
      var celsius = Long.parseLong(Files.readString(zone.resolve("temp")).strip()) / MILLI;
      found.merge(Files.readString(zone.resolve("type")).strip(), celsius, Math::max);
    } catch (IOException | NumberFormatException e) {
      return; // A zone that is switched off has no temperature.
    }
  }
}
