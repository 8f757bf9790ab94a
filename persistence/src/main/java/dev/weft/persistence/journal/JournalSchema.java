package dev.weft.persistence.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalInt;

/**
 * The tables of a journal, in versions that follow on each other. Table {@code weft_schema} has a
 * row per version that was applied; a database without it has no version yet.
 *
 * <p>On PostgreSQL an upgrade happens as a whole or not at all, and one at a time over all nodes.
 * H2 commits each statement of a schema by itself, so there the scripts bear to be run again.
 */
final class JournalSchema {

  private static final long ADVISORY_LOCK = 0x77656674L;

  private final Dialect dialect;
  private final List<String> scripts;

  /**
   * @param scripts statements that lead to version 1, 2 and so on, each ended by a semicolon at the
   *     end of a line
   */
  JournalSchema(Dialect dialect, List<String> scripts) {
    this.dialect = dialect;
    this.scripts = List.copyOf(scripts);
  }

  /** The schema this Weft works with. */
  static JournalSchema known(Dialect dialect) {
    return new JournalSchema(
        dialect,
        switch (dialect) {
          case H2 -> List.of(script("h2/1.sql"), script("h2/2.sql"), script("h2/3.sql"));
          case POSTGRESQL ->
              List.of(
                  script("postgresql/1.sql"),
                  script("postgresql/2.sql"),
                  script("postgresql/3.sql"));
        });
  }

  /** The version this Weft works with. */
  int versionKnown() {
    return scripts.size();
  }

  /** The version of a database, empty if it has none. */
  OptionalInt version(Connection connection) throws SQLException {
    try (var tables =
        connection.getMetaData().getTables(null, connection.getSchema(), "weft_schema", null)) {
      if (!tables.next()) {
        return OptionalInt.empty();
      }
    }
    try (var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT max(\"version\") FROM \"weft_schema\"")) {
      row.next();
      var version = row.getInt(1);
      return version == 0 ? OptionalInt.empty() : OptionalInt.of(version);
    }
  }

  /** Refuses a database whose version is not the one this Weft works with. */
  void require(Connection connection) throws SQLException {
    var version = version(connection).orElse(0);
    refuseNewer(version);
    if (version < versionKnown()) {
      throw new JournalException(
          JournalException.Code.SCHEMA_OLDER,
          "journal schema: version %d (expected: %d); upgrade it with ./weft db %s"
              .formatted(version, versionKnown(), dialect == Dialect.H2 ? "serve" : "migrate"));
    }
  }

  /** Brings a database to the version this Weft works with; refuses one from a newer Weft. */
  void migrate(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try {
      if (dialect == Dialect.POSTGRESQL) {
        execute(connection, "SELECT pg_advisory_xact_lock(%d)".formatted(ADVISORY_LOCK));
      }
      var version = version(connection).orElse(0);
      refuseNewer(version);
      if (version < versionKnown()) {
        upgrade(connection, version);
      }
      connection.commit();
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  private void upgrade(Connection connection, int from) throws SQLException {
    execute(
        connection,
        """
        CREATE TABLE IF NOT EXISTS "weft_schema" (
          "version" INTEGER PRIMARY KEY,
          "applied_at" TIMESTAMP WITH TIME ZONE DEFAULT CURRENT_TIMESTAMP NOT NULL
        )\
        """);
    for (var version = from + 1; version <= versionKnown(); version++) {
      for (var statement : scripts.get(version - 1).split(";\\s*(\\n|$)", -1)) {
        if (!statement.isBlank()) {
          execute(connection, statement);
        }
      }
      execute(
          connection, "INSERT INTO \"weft_schema\" (\"version\") VALUES (%d)".formatted(version));
    }
  }

  private void refuseNewer(int version) {
    if (version > versionKnown()) {
      throw new JournalException(
          JournalException.Code.SCHEMA_NEWER,
          "journal schema: version %d (expected: <= %d); a newer Weft has used it, which this one must not"
                  .formatted(version, versionKnown())
              + " write after");
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String script(String name) {
    try (var file = JournalSchema.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException("no resource " + name);
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
