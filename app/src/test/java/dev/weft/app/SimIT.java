package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
                    + " sites, restarts, offline, edges, regions])"),
        unknown.err());
    assertTrue(none.err().contains("--seeds: 0 (expected: >= 1)"), none.err());
    assertTrue(both.err().contains("--seed and --seeds (expected: one of them)"), both.err());
    assertTrue(never.err().contains("--minutes: 0 (expected: >= 1)"), never.err());
  }

  @Test
  void onlyOfRegionsTheTimeCanBeTold() {
    var alone = Cli.run(home, "sim", "run", "--for", "2h");
    var other = Cli.run(home, "sim", "run", "--scenario", "kiosk", "--for", "2h");
    var noTime = Cli.run(home, "sim", "run", "--scenario", "regions", "--for", "2 hours");
    var tooShort = Cli.run(home, "sim", "run", "--scenario", "regions", "--for", "59s");
    var tooLong =
        Cli.run(home, "sim", "nightly", "--minutes", "1", "--scenario", "regions", "--for", "8d");

    for (var refused : List.of(alone, other, noTime, tooShort, tooLong)) {
      assertEquals(2, refused.code(), refused.err());
    }
    assertTrue(
        alone.err().contains("--for: '2h' (expected: with --scenario regions)"), alone.err());
    assertTrue(
        other
            .err()
            .contains(
                "--for: '2h' with --scenario kiosk"
                    + " (expected: with regions; this one has its own time)"),
        other.err());
    var expected = " (expected: a time such as 30min or 8h, 1min to 7d)";
    assertTrue(noTime.err().contains("--for: '2 hours'" + expected), noTime.err());
    assertTrue(tooShort.err().contains("--for: '59s'" + expected), tooShort.err());
    assertTrue(tooLong.err().contains("--for: '8d'" + expected), tooLong.err());
  }
}
