package dev.weft.cluster.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.weft.fabric.sensor.RaplFiles;
import dev.weft.fabric.sensor.ThermalFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over trees as Linux has them. */
class VitalsTest {

  @TempDir private Path folder = Path.of("");
  private final AtomicLong now = new AtomicLong();

  private Vitals vitals() {
    return new Vitals(
        new ThermalFiles(folder.resolve("thermal")),
        RaplFiles.in(folder.resolve("powercap")),
        OptionalLong.of(7),
        now::get);
  }

  private void zone(String zone, String millis) throws IOException {
    var place = Files.createDirectories(folder.resolve("thermal").resolve(zone));
    Files.writeString(place.resolve("type"), zone);
    Files.writeString(place.resolve("temp"), millis);
  }

  private void counter(long microjoules) throws IOException {
    var place = Files.createDirectories(folder.resolve("powercap/intel-rapl:0"));
    Files.writeString(place.resolve("name"), "package-0\n");
    Files.writeString(place.resolve("max_energy_range_uj"), "1000000000\n");
    Files.writeString(place.resolve("energy_uj"), microjoules + "\n");
  }

  private static Config price(String price) {
    return ConfigFactory.parseString("weft.cluster.price = " + price)
        .withFallback(ConfigFactory.load());
  }

  @Test
  void theHottestPlaceIsTold() throws IOException {
    zone("thermal_zone0", "41000");
    zone("thermal_zone1", "61500");
    var vitals = vitals();
    vitals.look();
    assertEquals(OptionalDouble.of(61.5), vitals.celsius());
  }

  @Test
  void wattsAreOfTheTimeSinceTheLastLook() throws IOException {
    counter(0);
    var vitals = vitals();
    counter(30_000_000);
    now.addAndGet(Duration.ofSeconds(2).toNanos());
    vitals.look();
    assertEquals(15, vitals.watts().orElseThrow(), 1e-9);
    counter(34_000_000);
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    vitals.look();
    assertEquals(4, vitals.watts().orElseThrow(), 1e-9);
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    vitals.look();
    assertEquals(OptionalDouble.empty(), vitals.watts(), "a counter that stands still");
  }

  @Test
  void whatIsNotMeasuredIsNotTold() {
    var vitals = vitals();
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    vitals.look();
    assertEquals(OptionalDouble.empty(), vitals.celsius());
    assertEquals(OptionalDouble.empty(), vitals.watts());
    assertEquals(OptionalLong.of(7), vitals.priceMicros());
  }

  @Test
  void aPriceIsANumberOrOff() {
    assertEquals(OptionalLong.empty(), Vitals.of(price("off"), now::get).priceMicros());
    assertEquals(OptionalLong.of(1_200), Vitals.of(price("1200"), now::get).priceMicros());
    for (var wrong : new String[] {"-1", "1.5", "cheap", "on"}) {
      var refused =
          assertThrows(
              IllegalArgumentException.class, () -> Vitals.of(price(wrong), now::get), wrong);
      assertTrue(String.valueOf(refused.getMessage()).contains("'" + wrong + "'"), wrong);
    }
  }
}
