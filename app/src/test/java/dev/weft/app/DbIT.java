package dev.weft.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.persistence.journal.Journal;
import dev.weft.persistence.journal.JournalSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal's commands on an embedded one. */
class DbIT {

  @TempDir private Path home;

  @Test
  void aJournalIsCreatedOnceAndThenUpToDate() {
    var created = Cli.run(home, "db", "migrate");
    var again = Cli.run(home, "db", "migrate", "--json");

    assertEquals("journal created, schema version 3\n", created.out());
    assertEquals(0, created.code());
    assertEquals("{\"before\":3,\"version\":3}", again.out().strip().replace(" ", ""));
  }

  @Test
  void aJournalOfANewerWeftIsRefused() throws SQLException {
    Cli.run(home, "db", "migrate");
    execute("INSERT INTO \"weft_schema\" (\"version\") VALUES (99)");

    var refused = Cli.run(home, "db", "migrate");

    assertEquals(1, refused.code());
    assertTrue(refused.err().contains("version 99 (expected: <= 3)"), refused.err());
  }

  @Test
  void aJournalInUseIsRefused() {
    try (var _ = Journal.open(settings())) {
      var refused = Cli.run(home, "db", "repair");

      assertEquals(1, refused.code());
      assertTrue(refused.err().contains("in use by this process"), refused.err());
    }
  }

  @Test
  void aBrokenEntityIsListedAndRepairedWithACopy() throws SQLException, IOException {
    Cli.run(home, "db", "migrate");
    execute(
        """
        INSERT INTO "event_journal" ("persistence_id", "sequence_number", "writer",
          "write_timestamp", "adapter_manifest", "event_ser_id", "event_ser_manifest",
          "event_payload")
        VALUES ('Session|cam-7', 1, 'w', 0, '', 1, 'session.opened.v1', X'00')\
        """);

    var listed = Cli.run(home, "db", "repair");
    var repaired = Cli.run(home, "db", "repair", "--entity", "Session|cam-7");
    var none = Cli.run(home, "db", "repair");

    assertEquals(1, listed.code());
    assertEquals("broken: Session|cam-7\n", listed.out());
    assertEquals(0, repaired.code());
    assertTrue(
        repaired.out().startsWith("Session|cam-7: ends at event 0 now; 1 event and 0 snapshots"),
        repaired.out());
    var copy = home.resolve(".weft/repairs/Session_cam-7-1.rows");
    assertEquals("event\t1\t1\tsession.opened.v1\tAA==", Files.readAllLines(copy).getLast());
    assertEquals("no entity needs a repair\n", none.out());
  }

  @Test
  void anEntityThatIsNotThereIsToldSo() {
    Cli.run(home, "db", "migrate");

    var refused = Cli.run(home, "db", "repair", "--entity", "Session|none");

    assertEquals(1, refused.code());
    assertEquals(
        List.of("weft: entity 'Session|none': not in the journal"),
        refused.err().lines().map(line -> line.replaceAll(" \\(expected.*", "")).toList());
  }

  @Test
  void aJournalThatIsNotThereIsNotMadeByARepair() {
    var wrong = Cli.run(home, "db", "repair", "--folder", home.resolve("typo").toString());

    assertEquals(2, wrong.code(), wrong.out());
    assertTrue(wrong.err().contains("typo' (expected: a journal's folder)"), wrong.err());
    assertFalse(Files.exists(home.resolve("typo")));
  }

  @Test
  void aFolderAndADatabaseTogetherAreWrongUse() {
    var wrong = Cli.run(home, "db", "migrate", "--folder", "x", "--url", "jdbc:postgresql://h/d");

    assertEquals(2, wrong.code());
  }

  private void execute(String sql) throws SQLException {
    var settings = settings();
    try (var _ = Journal.open(settings);
        var connection =
            DriverManager.getConnection(settings.url(), settings.user(), settings.password());
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private JournalSettings settings() {
    return new JournalSettings.Embedded(home.resolve(".weft/journal"), Duration.ofSeconds(5));
  }
}
