package dev.weft.persistence.journal;

import dev.weft.persistence.disk.DiskException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.h2.mvstore.MVStoreException;

/**
 * A journal that is open: its folder is ours, if it has one, and its schema is the one this Weft
 * knows. Entities write through Akka's plugin, see {@link JournalSettings#overlay}; close it after
 * the actor system has ended.
 */
public final class Journal implements AutoCloseable {

  private final JournalSettings settings;
  private final Optional<FolderLock> lock;
  private OptionalInt schemaBefore = OptionalInt.empty();

  private Journal(JournalSettings settings, Optional<FolderLock> lock) {
    this.settings = settings;
    this.lock = lock;
  }

  /**
   * Opens a journal for use. An embedded one is created or upgraded on the way; one on a server is
   * only looked at, as other nodes may be using it: {@code ./weft db migrate} upgrades it, or
   * {@code ./weft db serve} the one that it serves.
   */
  public static Journal open(JournalSettings settings) {
    return open(settings, settings instanceof JournalSettings.Embedded);
  }

  /** Opens a journal and creates or upgrades its schema, unless that is its server's to do. */
  public static Journal migrate(JournalSettings settings) {
    return open(
        settings,
        settings instanceof JournalSettings.Embedded || settings.dialect() == Dialect.POSTGRESQL);
  }

  private static Journal open(JournalSettings settings, boolean upgrades) {
    var lock =
        settings instanceof JournalSettings.Embedded embedded
            ? Optional.of(FolderLock.take(embedded.folder()))
            : Optional.<FolderLock>empty();
    var journal = new Journal(settings, lock);
    journal.mend();
    try (var connection = journal.connect()) {
      var schema = JournalSchema.known(settings.dialect());
      journal.schemaBefore = schema.version(connection);
      if (upgrades) {
        schema.migrate(connection);
        if (settings.dialect() == Dialect.H2) {
          WriteTurn.install(connection);
        }
      } else {
        schema.require(connection);
      }
      return journal;
    } catch (SQLException e) {
      journal.close();
      throw journal.failed(e);
    } catch (RuntimeException e) {
      journal.close();
      throw e;
    }
  }

  /** Makes good what a process left that ended by itself. */
  private void mend() {
    if (settings instanceof JournalSettings.Embedded embedded) {
      try {
        EmbeddedFile.mend(embedded.file());
        JournalPassword.settle(embedded);
      } catch (IOException e) {
        close();
        throw unreachable(DiskException.words(e), e);
      } catch (SQLException e) {
        close();
        throw unreachable(words(e), e);
      } catch (MVStoreException e) {
        close();
        throw unreachable(said(String.valueOf(e.getMessage()), e.getErrorCode()), e);
      }
    }
  }

  /** The version of the schema, empty before there is one. */
  public OptionalInt schemaVersion() {
    try (var connection = connect()) {
      return JournalSchema.known(settings.dialect()).version(connection);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** The version of the schema before it was opened, empty if there was none. */
  public OptionalInt schemaBefore() {
    return schemaBefore;
  }

  /**
   * Begins an epoch: a number above all that this journal gave before, to whichever process. A
   * feeder that numbers its sessions' frames in it cannot be mistaken for one before, even if the
   * clock went back.
   *
   * @param wanted the epoch, unless one before was as high
   */
  public long nextEpoch(long wanted) {
    try (var connection = connect()) {
      connection.setAutoCommit(false);
      try (var raise =
              connection.prepareStatement(
                  "UPDATE \"weft_epoch\" SET \"epoch\" = GREATEST(\"epoch\" + 1, ?)");
          var look = connection.prepareStatement("SELECT \"epoch\" FROM \"weft_epoch\"")) {
        raise.setLong(1, wanted);
        raise.executeUpdate();
        try (var row = look.executeQuery()) {
          row.next();
          var epoch = row.getLong(1);
          connection.commit();
          return epoch;
        }
      }
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /**
   * Some of the entities of one kind that it has anything of, in an order of its own that stays.
   *
   * @param type letters: what stands before the bar in their persistence ids, such as {@code
   *     Session}
   * @param after the persistence id behind which to begin; empty for the first
   * @param max most persistence ids; fewer say that there are no more
   * @throws JournalException if the database does not answer
   */
  public List<String> entities(String type, String after, int max) {
    if (!type.matches("[A-Za-z]+") || max < 1) {
      throw new IllegalArgumentException(
          "entities of '%s', %d (expected: letters, >= 1)".formatted(type, max));
    }
    try (var connection = connect()) {
      return JournalRows.entities(connection, type, after, max);
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  /** A connection of its own, which the caller closes; each statement commits by itself. */
  Connection connect() {
    if (settings instanceof JournalSettings.Embedded) {
      SyncedPath.register();
    }
    try {
      return DriverManager.getConnection(settings.url(), settings.user(), settings.password());
    } catch (SQLException e) {
      throw unreachable(words(e), e);
    }
  }

  private JournalException unreachable(String why, Exception cause) {
    return new JournalException(
        JournalException.Code.UNREACHABLE,
        "journal %s: cannot be opened (expected: %s); %s"
            .formatted(
                settings,
                settings instanceof JournalSettings.Embedded
                    ? "a database file as Weft left it, in a folder this user may write to"
                    : "a server that answers and knows this user",
                why),
        cause);
  }

  JournalException failed(SQLException e) {
    return new JournalException(
        JournalException.Code.FAILED,
        "journal %s: %s (expected: a database that does what it is asked)"
            .formatted(settings, words(e)),
        e);
  }

  /** What a database says, named as its words, in one line, without the statement. */
  private static String words(SQLException e) {
    return said(String.valueOf(e.getMessage()), e.getErrorCode());
  }

  private static String said(String message, int code) {
    var text = message.lines().findFirst().orElse("");
    var end = text.indexOf("; SQL statement");
    return "the database says '%s', code %d"
        .formatted(end < 0 ? text : text.substring(0, end), code);
  }

  /** Gives the folder back. */
  @Override
  public void close() {
    lock.ifPresent(FolderLock::close);
  }
}
