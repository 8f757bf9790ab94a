package dev.weft.persistence.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @TempDir private Path folder;

  @Test
  void isOpenedByOneAtATime() {
    try (var _ = Journal.open(in("journal"))) {
      var refused = assertThrows(JournalException.class, () -> Journal.open(in("journal")));

      assertEquals(JournalException.Code.IN_USE, refused.code());
    }
    Journal.open(in("journal")).close();
  }

  /** A lock of the system's goes with the first channel of its process that is closed. */
  @Test
  void anotherProcessIsRefusedAlsoAfterASecondOpeningInThisOneWas() throws Exception {
    try (var _ = Journal.open(in("journal"))) {
      assertThrows(JournalException.class, () -> Journal.open(in("journal")));
      assertEquals("IN_USE", JournalOpener.inAnotherProcess(in("journal")));
    }
    assertEquals("open", JournalOpener.inAnotherProcess(in("journal")));
  }

  @Test
  void aFileThatIsNoDatabaseIsToldWithItsPlaceAndWhatWasExpected() throws IOException {
    var settings = in("journal");
    Journal.open(settings).close();
    try (var files = Files.list(settings.folder())) {
      for (var file : files.filter(each -> each.toString().endsWith(".mv.db")).toList()) {
        Files.writeString(file, "no database".repeat(1_000));
      }
    }
    var refused = assertThrows(JournalException.class, () -> Journal.open(settings));
    var told = String.valueOf(refused.getMessage());
    assertTrue(told.contains(settings.folder() + ""), told);
    assertTrue(told.contains("cannot be opened (expected: a database file as Weft left it"), told);
    assertEquals(1, told.lines().count(), told);
  }

  @Test
  void makesItsSchemaWhenItIsEmbedded() {
    try (var journal = Journal.open(in("journal"))) {
      assertEquals(3, journal.schemaVersion().orElseThrow());
    }
  }

  @Test
  void isToldInTheSettingsWhereItIs() {
    var defaults = ConfigFactory.load();
    var embedded = JournalSettings.from(defaults);
    var server =
        JournalSettings.from(
            ConfigFactory.parseString(
                    "weft.persistence.journal { kind = server, url = \"jdbc:postgresql://h:1/d\" }")
                .withFallback(defaults));

    assertEquals(Path.of(".weft/journal"), ((JournalSettings.Embedded) embedded).folder());
    assertEquals(1, embedded.connections());
    assertEquals("jdbc:postgresql://h:1/d", server.url());
    assertEquals(
        "jdbc:postgresql://h:1/d",
        server.overlay(defaults).getString("akka-persistence-jdbc.shared-databases.weft.db.url"));
  }

  @Test
  void settingsThatNameNoJournalAreRefusedWithWhatIsExpected() {
    var wrong =
        ConfigFactory.parseString("weft.persistence.journal { kind = server, url = \"http://h\" }")
            .withFallback(ConfigFactory.load());

    var refused = assertThrows(JournalException.class, () -> JournalSettings.from(wrong));

    assertEquals(
        "journal url: 'http://h' (expected: jdbc:postgresql://HOST:PORT/DATABASE, or on one machine"
            + " jdbc:h2:tcp://127.0.0.1:PORT/journal)",
        refused.getMessage());
  }

  @Test
  void aServedJournalIsOneOfThisMachineWithAPasswordFromAFile() throws IOException {
    var file = Files.writeString(folder.resolve("password"), "secret\n");
    var served = "url = \"jdbc:h2:tcp://127.0.0.1:9092/journal\", password-file = \"%s\"";

    var settings = JournalSettings.from(server(served.formatted(file)));

    assertEquals(Dialect.H2, settings.dialect());
    assertEquals("secret", settings.password());
    assertEquals(4, settings.connections());
    assertRefused(
        server(served.formatted(folder.resolve("none"))),
        "not there (expected: a file with a password)");
    assertRefused(server(served.formatted(file) + ", password = x"), "expected: one of them");
    assertRefused(server("url = \"jdbc:h2:tcp://10.0.0.1:9092/journal\""), "expected: jdbc:");
    assertRefused(server("url = \"jdbc:h2:tcp://127.0.0.1:1/journal;INIT=X\""), "expected: jdbc:");
  }

  private static Config server(String settings) {
    return ConfigFactory.parseString(
            "weft.persistence.journal { kind = server, %s }".formatted(settings))
        .withFallback(ConfigFactory.load());
  }

  private static void assertRefused(Config config, String why) {
    var refused = assertThrows(JournalException.class, () -> JournalSettings.from(config));
    assertEquals(JournalException.Code.SETTINGS, refused.code());
    assertTrue(String.valueOf(refused.getMessage()).contains(why), refused::getMessage);
  }

  @Test
  void aCommitIsInTheFileWhenItReturns() throws SQLException, IOException {
    try (var journal = Journal.open(in("journal"));
        var connection = journal.connect();
        var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE written (id INTEGER PRIMARY KEY)");
      for (var id = 1; id <= 20; id++) {
        statement.execute("INSERT INTO written VALUES (%d)".formatted(id));
        var copy = Files.createDirectories(folder.resolve("copy-" + id));
        Files.copy(
            folder.resolve("journal").resolve("journal.mv.db"), copy.resolve("journal.mv.db"));
        assertEquals(id, count(copy), "rows in a copy of the file after row " + id);
      }
    }
  }

  private static int count(Path copy) throws SQLException {
    try (var connection =
            DriverManager.getConnection("jdbc:h2:" + copy.resolve("journal"), "weft", "");
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT count(*) FROM written")) {
      row.next();
      return row.getInt(1);
    }
  }

  /** The kernel tells how each file is open; 010000 is O_DSYNC. */
  @Test
  void theFileIsOpenForSynchronousWrites() throws SQLException, IOException {
    var descriptors = Path.of("/proc/self/fd");
    assumeTrue(Files.isDirectory(descriptors), "no " + descriptors);
    try (var journal = Journal.open(in("journal"));
        var _ = journal.connect()) {
      var flags = new ArrayList<Integer>();
      try (var all = Files.list(descriptors)) {
        for (var each : all.filter(JournalTest::isJournal).toList()) {
          var text = Files.readString(Path.of("/proc/self/fdinfo/" + each.getFileName()));
          flags.add(Integer.parseInt(text.replaceAll("(?s).*flags:\\s*(\\d+).*", "$1"), 8));
        }
      }
      assertEquals(1, flags.size());
      assertTrue((flags.getFirst() & 0b1_000_000_000_000) != 0, "flags: " + flags);
    }
  }

  private static boolean isJournal(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).endsWith("journal.mv.db");
    } catch (IOException _) {
      return false;
    }
  }

  private JournalSettings.Embedded in(String name) {
    return new JournalSettings.Embedded(folder.resolve(name), TIMEOUT);
  }
}
