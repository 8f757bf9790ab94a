package dev.weft.persistence.journal;

import dev.weft.persistence.disk.DiskException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.h2.engine.SysProperties;
import org.h2.tools.Server;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An embedded journal that other processes of this machine use as well, as they would use
 * PostgreSQL: {@link JournalSettings.Server} with {@link #url}. For trying out a cluster and for
 * tests; what the journal promises stays the same, see {@link WriteTurn}.
 *
 * <p>It listens on the loopback address only, knows one database and one user, and that one by a
 * password which only those who may read the folder know ({@link #passwordFile}).
 */
public final class JournalServer implements AutoCloseable {

  /** How the database is called over the network, whatever its folder. */
  static final String DATABASE = "journal";

  private static final Logger LOG = LoggerFactory.getLogger(JournalServer.class);
  private static final String LOOPBACK = "127.0.0.1";
  private static final String BIND = "h2.bindAddress";
  private static final int PORT_MAX = 65_535;
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration TURN_MAX = Duration.ofSeconds(5);

  private final JournalSettings.Embedded settings;
  private final Journal journal;
  private final Connection holder;
  private final Server server;
  private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();

  private JournalServer(
      JournalSettings.Embedded settings, Journal journal, Connection holder, Server server) {
    this.settings = settings;
    this.journal = journal;
    this.holder = holder;
    this.server = server;
  }

  /**
   * Opens the journal in {@code folder}, creates or upgrades its tables, and serves it.
   *
   * @param host the loopback address, {@code 127.0.0.1} or {@code localhost}
   * @param port 0 for a free one
   * @throws JournalException if the host is another, the port is taken, or the journal cannot be
   *     opened
   */
  public static JournalServer open(Path folder, String host, int port) {
    return open(folder, host, port, TURN_MAX);
  }

  /**
   * As above.
   *
   * @param turnMax how long a connection may do nothing while others wait for it to commit
   */
  static JournalServer open(Path folder, String host, int port, Duration turnMax) {
    requireLoopback(host);
    if (port < 0 || port > PORT_MAX) {
      throw new JournalException(
          JournalException.Code.SETTINGS, "port: %d (expected: 0 to %d)".formatted(port, PORT_MAX));
    }
    var settings = new JournalSettings.Embedded(folder, TIMEOUT);
    var journal = Journal.open(settings);
    try {
      JournalPassword.protect(settings);
      // Statistics are written after a commit, outside of its turn.
      var holder =
          DriverManager.getConnection(
              settings.url() + ";ANALYZE_AUTO=0", settings.user(), settings.password());
      var opened = new JournalServer(settings, journal, holder, tcp(settings, port));
      opened.start(turnMax);
      return opened;
    } catch (SQLException e) {
      journal.close();
      throw journal.failed(e);
    } catch (IOException e) {
      journal.close();
      throw new JournalException(
          JournalException.Code.FAILED,
          "journal %s: %s (expected: a password file that this user may write)"
              .formatted(folder, DiskException.words(e)),
          e);
    } catch (RuntimeException e) {
      journal.close();
      throw e;
    }
  }

  private static void requireLoopback(String host) {
    if (!Set.of(LOOPBACK, "localhost").contains(host)) {
      throw new JournalException(
          JournalException.Code.SETTINGS,
          "host: '%s' (expected: %s); a journal for several machines is one in PostgreSQL"
              .formatted(host, LOOPBACK));
    }
    if (System.getProperty(BIND) == null) {
      System.setProperty(BIND, LOOPBACK);
    }
    if (!LOOPBACK.equals(SysProperties.BIND_ADDRESS)) {
      throw new JournalException(
          JournalException.Code.SETTINGS,
          "-D%s: '%s' (expected: %s, before this process first uses a journal)"
              .formatted(BIND, SysProperties.BIND_ADDRESS, LOOPBACK));
    }
  }

  /** A server that knows this database by one name and no other at all. */
  private static Server tcp(JournalSettings.Embedded settings, int port) throws SQLException {
    return Server.createTcpServer(
        "-tcpPort",
        String.valueOf(port),
        "-tcpDaemon",
        "-ifExists",
        "-baseDir",
        String.valueOf(settings.file().getParent()),
        "-key",
        DATABASE,
        "%s:%s".formatted(SyncedPath.SCHEME, settings.file()));
  }

  private void start(Duration turnMax) throws SQLException {
    try {
      try (var statement = holder.createStatement()) {
        statement.execute("SET DEFAULT_LOCK_TIMEOUT " + TIMEOUT.toMillis());
      }
      server.start();
    } catch (SQLException e) {
      watch.shutdownNow();
      holder.close();
      throw e;
    }
    var every = Math.max(1, turnMax.toMillis() / 2);
    watch.scheduleWithFixedDelay(() -> endIdleTurns(turnMax), every, every, TimeUnit.MILLISECONDS);
  }

  /** As JDBC knows it on this machine. */
  public String url() {
    return "jdbc:h2:tcp://%s:%d/%s".formatted(LOOPBACK, server.getPort(), DATABASE);
  }

  /** Who its users are there. */
  public String user() {
    return settings.user();
  }

  /** The file with their password. */
  public Path passwordFile() {
    return JournalPassword.file(settings.folder());
  }

  /** A process that was stopped, not ended, between a change and its commit holds up all others. */
  private void endIdleTurns(Duration turnMax) {
    try {
      for (var session : idleTurns(turnMax)) {
        LOG.warn(
            "journal {}: rolled back a transaction that did nothing for {} while it was at turn",
            settings.folder(),
            turnMax);
        try (var statement = holder.createStatement()) {
          statement.execute("CALL ABORT_SESSION(%d)".formatted(session));
        }
      }
    } catch (SQLException e) {
      LOG.warn("journal {}: cannot look at who writes: {}", settings.folder(), e.getMessage());
    }
  }

  private List<Integer> idleTurns(Duration turnMax) throws SQLException {
    var idle = new ArrayList<Integer>();
    try (var statement = holder.createStatement();
        var rows =
            statement.executeQuery(
                """
                SELECT S.SESSION_ID FROM INFORMATION_SCHEMA.LOCKS L
                JOIN INFORMATION_SCHEMA.SESSIONS S ON S.SESSION_ID = L.SESSION_ID
                WHERE L.TABLE_NAME = '%s'
                AND S.SLEEP_SINCE < DATEADD(MILLISECOND, -%d, CURRENT_TIMESTAMP)\
                """
                    .formatted(WriteTurn.TABLE, turnMax.toMillis()))) {
      while (rows.next()) {
        idle.add(rows.getInt(1));
      }
    }
    return idle;
  }

  /** Ends all connections, closes the database in order and gives the folder back. */
  @Override
  public void close() {
    watch.shutdownNow();
    server.stop();
    try (holder;
        var statement = holder.createStatement()) {
      statement.execute("SHUTDOWN");
    } catch (SQLException e) {
      throw journal.failed(e);
    } finally {
      journal.close();
    }
  }
}
