package dev.weft.persistence.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JournalSchemaTest {

  private static final String FIRST = "CREATE TABLE IF NOT EXISTS one (id INTEGER);\n";
  private static final String SECOND =
      "CREATE TABLE IF NOT EXISTS two (id INTEGER);\nINSERT INTO two SELECT id FROM one;\n";
  private static final String BROKEN = "CREATE TABLE half (id INTEGER);\nNOT SQL;\n";

  private static EmbeddedPostgres server;

  @TempDir private Path folder;

  @BeforeAll
  static void startServer() throws IOException {
    server = Postgres.start();
  }

  @AfterAll
  static void stopServer() throws IOException {
    server.close();
  }

  @BeforeEach
  void empty() throws SQLException {
    try (var connection = connect(Dialect.POSTGRESQL);
        var statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA public CASCADE");
      statement.execute("CREATE SCHEMA public");
    }
  }

  @ParameterizedTest
  @EnumSource
  void isMadeFromNothingAndLeftAloneAfterwards(Dialect dialect) throws SQLException {
    try (var connection = connect(dialect)) {
      var schema = new JournalSchema(dialect, List.of(FIRST));
      assertEquals(OptionalInt.empty(), schema.version(connection));

      schema.migrate(connection);
      schema.migrate(connection);

      assertEquals(OptionalInt.of(1), schema.version(connection));
      schema.require(connection);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anOlderOneIsUpgradedWithWhatItHolds(Dialect dialect) throws SQLException {
    try (var connection = connect(dialect);
        var statement = connection.createStatement()) {
      new JournalSchema(dialect, List.of(FIRST)).migrate(connection);
      statement.execute("INSERT INTO one VALUES (7)");
      var next = new JournalSchema(dialect, List.of(FIRST, SECOND));

      var refused = assertThrows(JournalException.class, () -> next.require(connection));
      next.migrate(connection);

      assertEquals(JournalException.Code.SCHEMA_OLDER, refused.code());
      assertEquals(OptionalInt.of(2), next.version(connection));
      try (var row = statement.executeQuery("SELECT id FROM two")) {
        row.next();
        assertEquals(7, row.getInt(1));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void oneOfANewerWeftIsRefused(Dialect dialect) throws SQLException {
    try (var connection = connect(dialect)) {
      new JournalSchema(dialect, List.of(FIRST, SECOND)).migrate(connection);
      var old = new JournalSchema(dialect, List.of(FIRST));

      var migrated = assertThrows(JournalException.class, () -> old.migrate(connection));
      var required = assertThrows(JournalException.class, () -> old.require(connection));

      assertEquals(JournalException.Code.SCHEMA_NEWER, migrated.code());
      assertEquals(JournalException.Code.SCHEMA_NEWER, required.code());
      assertEquals(OptionalInt.of(2), old.version(connection));
    }
  }

  @ParameterizedTest
  @EnumSource
  void anUpgradeThatFailsLeavesTheVersionAsItWas(Dialect dialect) throws SQLException {
    try (var connection = connect(dialect)) {
      new JournalSchema(dialect, List.of(FIRST)).migrate(connection);
      var broken = new JournalSchema(dialect, List.of(FIRST, BROKEN));

      assertThrows(SQLException.class, () -> broken.migrate(connection));

      assertEquals(OptionalInt.of(1), broken.version(connection));
    }
  }

  private Connection connect(Dialect dialect) throws SQLException {
    return switch (dialect) {
      case H2 -> DriverManager.getConnection("jdbc:h2:" + folder.resolve("schema"));
      case POSTGRESQL -> server.getPostgresDatabase().getConnection();
    };
  }
}
