package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.app.cluster.Postgres;
import dev.weft.fabric.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft torture cluster}: a sample of what happens to processes. */
@ExtendWith(OneCluster.class)
class ClusterTortureIT {

  /** A node stands still for 1.5 s, then the journal of a site is killed. */
  private static final String SEED = "34";

  @TempDir private Path folder;

  @Test
  @Tag("long")
  void everySessionIsWhereItWasAcknowledgedToLiveAfterEachMishap() throws IOException {
    var ended = Cli.run(folder, "torture", "cluster", "--mishaps", "2", "--seed", SEED, "--json");
    var told = ended.out() + ended.err();
    assertEquals(0, ended.code(), told);
    var object = Json.readObject(ended.out());
    assertEquals(2L, object.get("mishaps"), told);
    assertEquals(List.of(), object.get("broken"), told);
    assertEquals(2L, object.get("moves"), told);
    assertTrue(object.get("framesRight") instanceof Long n && n > 0, told);
    try (var left = Files.list(folder.resolve(".weft/torture"))) {
      assertEquals(List.of(), left.toList(), "what went well is not kept");
    }
  }

  /** The database is killed, and ended and started anew, each of one site. */
  @Test
  @Tag("long")
  void sessionsOutliveADatabaseThatIsRestarted() throws IOException {
    assumeTrue(
        Postgres.find(System.getenv().getOrDefault("PATH", ""), "").isPresent(),
        "PostgreSQL is not installed: no initdb and postgres in PATH");
    well("--postgres", "--mishaps", "2", "--only", "JOURNAL,JOURNAL_RESTART");
  }

  @Test
  @Tag("long")
  void aNodeWhoseFilesTakeNothingAnswersAllTheSame() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "prlimit is not installed");
    var object = well("--recorded", "--mishaps", "2", "--only", "DISK");
    assertEquals(0L, object.get("framesUnreached"), object.toString());
  }

  private Map<?, ?> well(String... flags) throws IOException {
    var arguments = new ArrayList<>(List.of("torture", "cluster", "--json"));
    arguments.addAll(List.of(flags));
    var ended = Cli.run(folder, arguments.toArray(String[]::new));
    var told = ended.out() + ended.err();
    assertEquals(0, ended.code(), told);
    var object = Json.readObject(ended.out());
    assertEquals(List.of(), object.get("broken"), told);
    return object;
  }

  @Test
  void refusesSenselessFlags() {
    var none = Cli.run(folder, "torture", "cluster", "--mishaps", "0");
    assertEquals(2, none.code());
    assertTrue(none.err().contains("--mishaps: 0 (expected: >= 1)"), none.err());
    var one = Cli.run(folder, "torture", "cluster", "--sites", "1");
    assertEquals(2, one.code());
    assertTrue(one.err().contains("--sites: 1 (expected: 2 to 20)"), one.err());
    var many = Cli.run(folder, "torture", "cluster", "--nodes", "6");
    assertEquals(2, many.code());
    assertTrue(many.err().contains("--nodes: 6 (expected: 1 to 5)"), many.err());
    var noJournal = Cli.run(folder, "torture", "cluster", "--nodes", "1", "--only", "journal");
    assertEquals(2, noJournal.code());
    assertTrue(noJournal.err().contains("--only: JOURNAL (expected: another"), noJournal.err());
    var noBuffer = Cli.run(folder, "torture", "cluster", "--only", "disk");
    assertEquals(2, noBuffer.code());
    assertTrue(noBuffer.err().contains("--only: DISK (expected: with --recorded"), noBuffer.err());
    var alone = Cli.run(folder, "torture", "cluster", "--nodes", "1", "--postgres");
    assertEquals(2, alone.code());
    assertTrue(alone.err().contains("--postgres and --nodes 1"), alone.err());
  }
}
