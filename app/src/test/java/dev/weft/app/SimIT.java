package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The simulator's commands. */
class SimIT {

  @TempDir private Path home;

  @Test
  void oneSeedLeavesItsHistoryAndTheSameTwice() throws Exception {
    var once = Cli.run(home, "sim", "run", "--scenario", "pressure", "--seed", "3");
    var history = Files.readString(home.resolve(".weft/sim/pressure-3.txt"));
    var again = Cli.run(home, "sim", "run", "--scenario", "pressure", "--seed", "3");

    assertEquals(0, once.code(), once.err());
    assertTrue(once.out().startsWith("pressure, seed 3: passed; "), once.out());
    assertTrue(history.contains("./weft sim run --scenario pressure --seed 3"), history);
    assertEquals(once.out().lines().findFirst(), again.out().lines().findFirst());
    assertEquals(history, Files.readString(home.resolve(".weft/sim/pressure-3.txt")));
  }

  @Test
  void eachRunIsAnObjectAndTheLastIsOfAll() {
    var run = Cli.run(home, "sim", "run", "--scenario", "pressure", "--seeds", "2", "--json");

    var lines = run.out().lines().toList();
    assertEquals(3, lines.size(), run.out());
    assertTrue(lines.getFirst().contains("\"seed\":1"), run.out());
    assertTrue(lines.getLast().contains("\"seedsPerHour\":"), run.out());
  }

  @Test
  void wrongUseNamesTheValueAndWhatWasExpected() {
    var unknown = Cli.run(home, "sim", "run", "--scenario", "kisok");
    var none = Cli.run(home, "sim", "run", "--seeds", "0");
    var both = Cli.run(home, "sim", "run", "--seed", "1", "--seeds", "2");
    var never = Cli.run(home, "sim", "nightly", "--minutes", "0");

    assertEquals(2, unknown.code());
    assertTrue(
        unknown
            .err()
            .contains(
                "scenario: 'kisok' (expected: one of [kiosk, pressure, uplink, bitrot, rollout,"
                    + " sites, islands, restarts, offline, edges])"),
        unknown.err());
    assertTrue(none.err().contains("--seeds: 0 (expected: >= 1)"), none.err());
    assertTrue(both.err().contains("--seed and --seeds (expected: one of them)"), both.err());
    assertTrue(never.err().contains("--minutes: 0 (expected: >= 1)"), never.err());
  }
}
