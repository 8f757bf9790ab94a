package dev.weft.persistence.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalServerTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration TURN_MAX = Duration.ofMillis(300);

  @TempDir private Path folder;

  @Test
  void letsInNobodyWithoutThePassword() throws IOException {
    try (var server = open()) {
      for (var wrong : new String[] {"", "guess"}) {
        var refused =
            assertThrows(
                SQLException.class,
                () -> DriverManager.getConnection(server.url(), server.user(), wrong));
        assertEquals("28000", refused.getSQLState());
      }
      assertEquals(
          "rw-------",
          PosixFilePermissions.toString(Files.getPosixFilePermissions(server.passwordFile())));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"other", "./other", "mem:other", "synced:/tmp/other", "../journal"})
  void knowsNoOtherDatabase(String name) {
    try (var server = open()) {
      var url = server.url().replaceAll("journal$", name);

      assertThrows(
          SQLException.class,
          () -> DriverManager.getConnection(url, server.user(), password(server)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "192.168.1.1", "", "example.org"})
  void servesThisMachineOnly(String host) {
    var refused = assertThrows(JournalException.class, () -> JournalServer.open(folder, host, 0));

    assertEquals(
        "host: '%s' (expected: 127.0.0.1); a journal for several machines is one in PostgreSQL"
            .formatted(host),
        refused.getMessage());
  }

  @Test
  void aPortThatIsTakenIsToldAndTheFolderGivenBack() {
    try (var other = JournalServer.open(folder.resolve("other"), "localhost", 0)) {
      var port = Integer.parseInt(other.url().replaceAll(".*:(\\d+)/.*", "$1"));

      var refused =
          assertThrows(JournalException.class, () -> JournalServer.open(folder, "localhost", port));

      assertTrue(String.valueOf(refused.getMessage()).contains("" + port), refused::getMessage);
    }
    open().close();
  }

  @Test
  void aFolderThatIsServedIsNobodyElses() {
    try (var _ = open()) {
      var embedded = new JournalSettings.Embedded(folder, TIMEOUT);

      var refused = assertThrows(JournalException.class, () -> Journal.open(embedded));

      assertEquals(JournalException.Code.IN_USE, refused.code());
    }
  }

  @Test
  void aFolderIsServedThatOneProcessUsedBeforeAndTheOtherWayRound() throws SQLException {
    var embedded = new JournalSettings.Embedded(folder, TIMEOUT);
    long first;
    try (var journal = Journal.open(embedded)) {
      first = journal.nextEpoch(7);
    }
    long second;
    try (var server = open();
        var journal = Journal.open(ServedJournalTest.of(server))) {
      second = journal.nextEpoch(7);
    }
    try (var journal = Journal.open(embedded)) {
      assertEquals(first + 2, journal.nextEpoch(7));
    }
    assertEquals(first + 1, second);
  }

  /** A process may end after it wrote the password and before the database knows it. */
  @Test
  void aPasswordThatTheDatabaseWasNotToldIsTold() throws IOException {
    var embedded = new JournalSettings.Embedded(folder, TIMEOUT);
    Journal.open(embedded).close();
    Files.writeString(JournalPassword.file(folder), "written\n");

    Journal.open(embedded).close();
    try (var server = open();
        var journal = Journal.open(ServedJournalTest.of(server))) {
      assertEquals(3, journal.schemaVersion().orElseThrow());
    }
    assertEquals("written", embedded.password());
  }

  @Test
  void aWriterThatStopsBeforeItsCommitHoldsUpOthersForAMomentOnly() throws SQLException {
    try (var server = JournalServer.open(folder, "127.0.0.1", 0, TURN_MAX);
        var stopped = connect(server);
        var other = connect(server)) {
      stopped.setAutoCommit(false);
      raise(stopped, 100);

      raise(other, 1);

      assertThrows(SQLException.class, stopped::commit);
      assertFalse(stopped.isValid(1));
      try (var statement = other.createStatement();
          var row = statement.executeQuery("SELECT \"epoch\" FROM \"weft_epoch\"")) {
        row.next();
        assertEquals(1, row.getLong(1));
      }
    }
  }

  private static void raise(Connection connection, int by) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("UPDATE \"weft_epoch\" SET \"epoch\" = \"epoch\" + " + by);
    }
  }

  private static Connection connect(JournalServer server) throws SQLException {
    return DriverManager.getConnection(server.url(), server.user(), password(server));
  }

  private static String password(JournalServer server) {
    return JournalPassword.read(server.passwordFile());
  }

  private JournalServer open() {
    return JournalServer.open(folder, "127.0.0.1", 0);
  }
}
