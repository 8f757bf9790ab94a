package dev.weft.persistence.journal;

import java.io.File;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.h2.api.Trigger;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.message.DbException;
import org.h2.store.fs.FilePath;
import org.h2.table.Table;
import org.jspecify.annotations.Nullable;

/**
 * Has the connections of an H2 database write in turns: one transaction at a time, from its first
 * change until the file has its commit. None begins without room on the disk ({@link
 * JournalFolder}).
 *
 * <p>H2 stores what is there at a commit, of other transactions too; what one of these changes
 * meanwhile may be stored in a table and not in its index. {@code RATIONALE.md} of this module has
 * the count. The turn is an exclusive lock on a table of its own, which H2 keeps until the commit
 * is stored and gives back when a connection ends. Readers take no turn.
 */
public final class WriteTurn implements Trigger {

  /** The table whose lock is the turn. */
  static final String TABLE = "weft_turn";

  private static final List<String> TABLES =
      List.of("event_journal", "event_tag", "snapshot", "weft_epoch", "weft_lease");

  private @Nullable JournalFolder folder;

  /** Called by the database. */
  public WriteTurn() {}

  /** Has all who write to a journal's tables take turns; once for a database. */
  static void install(Connection connection) throws SQLException {
    install(connection, TABLES);
  }

  /** As {@link #install(Connection)}, for these tables. */
  static void install(Connection connection, List<String> tables) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS \"%s\" (\"none\" INTEGER)".formatted(TABLE));
      for (var table : tables) {
        statement.execute(
            """
            CREATE TRIGGER IF NOT EXISTS "%s_%s" BEFORE INSERT, UPDATE, DELETE ON "%s"
            CALL '%s'\
            """
                .formatted(TABLE, table, table, WriteTurn.class.getName()));
      }
    }
  }

  @Override
  public void init(
      Connection connection, String schema, String trigger, String table, boolean before, int type)
      throws SQLException {
    var path = session(connection).getDatabase().getDatabasePath();
    if (path != null) {
      folder = new JournalFolder(new File(FilePath.get(path).unwrap().toString()).getParentFile());
    }
  }

  private static SessionLocal session(Connection connection) throws SQLException {
    return (SessionLocal) connection.unwrap(JdbcConnection.class).getSession();
  }

  /** Takes the turn for the transaction of {@code connection}, or waits for it. */
  @Override
  public void fire(
      Connection connection,
      @Nullable Object @Nullable [] before,
      @Nullable Object @Nullable [] after)
      throws SQLException {
    if (folder != null) {
      folder.requireRoom();
    }
    try {
      var session = session(connection);
      var turn = session.getDatabase().getMainSchema().getTableOrView(session, TABLE);
      turn.lock(session, Table.EXCLUSIVE_LOCK);
    } catch (DbException e) {
      throw DbException.toSQLException(e);
    }
  }
}
