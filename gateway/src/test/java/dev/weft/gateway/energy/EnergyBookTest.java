package dev.weft.gateway.energy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.sensor.RaplFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over trees as Linux has them. */
class EnergyBookTest {

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Use FRAMES = new Use("one", "frame");

  @TempDir private Path folder = Path.of("");
  private final Map<Use, Long> work = new HashMap<>();

  @BeforeEach
  void begin() throws IOException {
    work.put(FRAMES, 0L);
    cpu(1_000);
  }

  private void zone(String zone, String name, long microjoules) throws IOException {
    var place = Files.createDirectories(folder.resolve("powercap").resolve(zone));
    Files.writeString(place.resolve("name"), name + "\n");
    Files.writeString(place.resolve("max_energy_range_uj"), "1000000000\n");
    counter(zone, microjoules);
  }

  private void counter(String zone, long microjoules) throws IOException {
    Files.writeString(
        folder.resolve("powercap").resolve(zone).resolve("energy_uj"), microjoules + "\n");
  }

  /** Of which the machine was busy for so many ticks, in three kinds of work. */
  private void cpu(long busyTicks) throws IOException {
    Files.writeString(
        folder.resolve("stat"),
        "cpu  %d 0 300 999999 77 0 0 55 0 0\ncpu0 1 2 3 4 5 6 7 8 9 10\n"
            .formatted(busyTicks - 300));
  }

  private RaplFiles rapl() {
    return RaplFiles.in(folder.resolve("powercap"));
  }

  private EnergyBook book() {
    return new EnergyBook(
        rapl(), new CpuFiles(folder.resolve("stat")), 4, () -> Map.copyOf(work), 0);
  }

  private double joules(EnergyBook book) {
    return book.joules().getOrDefault(FRAMES, 0.0);
  }

  @Test
  void whatAllPackagesTookIsSharedOutByProcessorTime() throws IOException {
    zone("intel-rapl:0", "package-0", 999_000_000);
    zone("intel-rapl:0:0", "core", 0);
    zone("intel-rapl:1", "package-1", 5_000_000);
    zone("intel-rapl:2", "psys", 0);
    var book = book();
    assertEquals(Source.RAPL, book.source());
    counter("intel-rapl:0", 19_000_000); // 20 J, beginning anew.
    counter("intel-rapl:0:0", 500_000_000); // Within its package.
    counter("intel-rapl:1", 25_000_000); // 20 J.
    counter("intel-rapl:2", 900_000_000); // Of more than processors.
    cpu(1_200); // 2 s.
    work.put(FRAMES, SECOND / 2);
    book.look(SECOND);
    assertEquals(10, joules(book), 1e-6);
    book.look(2 * SECOND);
    assertEquals(10, joules(book), 1e-6);
  }

  @Test
  void whatCannotBeReadNowIsToldWithTheNextLook() throws IOException {
    zone("intel-rapl:0", "package-0", 0);
    var book = book();
    counter("intel-rapl:0", 10_000_000);
    cpu(1_100);
    work.put(FRAMES, SECOND / 2);
    var stat = folder.resolve("stat");
    Files.move(stat, folder.resolve("away"));
    book.look(SECOND);
    assertEquals(0, joules(book));
    Files.move(folder.resolve("away"), stat);
    book.look(2 * SECOND);
    assertEquals(5, joules(book), 1e-6);
  }

  @Test
  void whereNothingIsToldItIsTheModel() {
    var book = book();
    assertEquals(Source.MODEL, book.source());
    work.put(FRAMES, 3 * SECOND);
    book.look(SECOND);
    assertEquals(12, joules(book), 1e-6);
  }

  @Test
  void aPipelineThatIsDeployedAnewIsCountedOn() {
    var book = book();
    work.put(FRAMES, 3 * SECOND);
    book.look(SECOND);
    work.put(FRAMES, SECOND);
    book.look(2 * SECOND);
    assertEquals(16, joules(book), 1e-6);
    work.remove(FRAMES);
    book.look(3 * SECOND);
    assertEquals(16, joules(book), 1e-6);
  }

  @Test
  void countersThatMayNotAllBeReadAreNone() throws IOException {
    assertFalse(rapl().isThere());
    zone("intel-rapl:0", "package-0", 0);
    assertTrue(rapl().isThere());
    zone("intel-rapl:1", "package-1", 0);
    Files.delete(folder.resolve("powercap/intel-rapl:1/energy_uj"));
    assertFalse(rapl().isThere());
  }

  @Test
  void withoutTheMachinesTimeCountersSayNothingOfAnybody() throws IOException {
    zone("intel-rapl:0", "package-0", 0);
    Files.writeString(folder.resolve("stat"), "intr 1 2 3\n");
    assertEquals(Source.MODEL, book().source());
  }
}
