package dev.weft.fabric.sensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThermalFilesTest {

  @TempDir private Path folder = Path.of("");

  private void zone(int number, String type, String temperature) throws IOException {
    var zone = Files.createDirectory(folder.resolve("thermal_zone" + number));
    Files.writeString(zone.resolve("type"), type + "\n");
    Files.writeString(zone.resolve("temp"), temperature + "\n");
  }

  @Test
  void areDegreesByTypeAndOfSeveralTheHottest() throws IOException {
    zone(0, "x86_pkg_temp", "48500");
    zone(1, "acpitz", "30000");
    zone(2, "acpitz", "41000");
    assertEquals(Map.of("x86_pkg_temp", 48.5, "acpitz", 41.0), new ThermalFiles(folder).celsius());
  }

  @Test
  void whatTellsNothingIsLeftOut() throws IOException {
    zone(0, "off", "");
    Files.createDirectory(folder.resolve("thermal_zone1"));
    assertEquals(Map.of(), new ThermalFiles(folder).celsius());
    assertEquals(Map.of(), new ThermalFiles(folder.resolve("none")).celsius());
  }
}
