package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.fabric.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft torture kill}: six kills of real processes; twenty with all that takes long. */
class TortureIT {

  private static final int KILLS = Boolean.getBoolean("weft.long") ? 20 : 6;

  @TempDir private Path folder;

  @BeforeAll
  static void runsWhatIsPacked() {
    Packed.use();
  }

  @Test
  void nothingAcknowledgedIsLostOrTwiceAfterKills() {
    var seed = System.nanoTime() % 1_000_000;
    var ended =
        Cli.run(folder, "torture", "kill", "--kills", "" + KILLS, "--seed", "" + seed, "--json");
    var told = ended.out() + ended.err();
    assertEquals(0, ended.code(), told);
    var object = Json.readObject(ended.out());
    assertEquals((long) KILLS, object.get("kills"), told);
    assertEquals(List.of(), object.get("broken"), told);
    assertTrue(object.get("framesAcknowledged") instanceof Long n && n > KILLS, told);
    assertTrue(object.get("recordsAtSink") instanceof Long n && n > KILLS, told);
    assertTrue(object.get("eventsAcknowledged") instanceof Long n && n > KILLS, told);
    assertEquals(
        "./weft torture kill --kills %d --seed %d".formatted(KILLS, seed), object.get("repeat"));
    try (var left = Files.list(folder.resolve(".weft/torture"))) {
      assertEquals(List.of(), left.toList(), "what went well is not kept");
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void refusesSenselessFlags() {
    var refused = Cli.run(folder, "torture", "kill", "--kills", "0");
    assertEquals(2, refused.code());
    assertTrue(refused.err().contains("--kills: 0 (expected: >= 1)"), refused.err());
  }
}
