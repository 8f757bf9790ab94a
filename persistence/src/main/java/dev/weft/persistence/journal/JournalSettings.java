package dev.weft.persistence.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Which database keeps the events, and how it is reached. */
public sealed interface JournalSettings {

  /** Where {@code weft.persistence.journal} stands in a configuration. */
  String PATH = "weft.persistence.journal";

  /**
   * A file database in {@code folder}, for one process. A commit returns when its bytes are on the
   * disk: see {@link SyncedPath}.
   *
   * <p>There is one connection: {@code RATIONALE.md} of this module says what several would cost.
   */
  record Embedded(Path folder, Duration connectionTimeout) implements JournalSettings {

    public Embedded {
      requireBounds(1, connectionTimeout);
    }

    @Override
    public int connections() {
      return 1;
    }

    /**
     * {@inheritDoc}
     *
     * <p>{@code WRITE_DELAY=0} writes at each commit, not up to half a second later; the lock is
     * {@link FolderLock}'s; and the database stays open while the JVM ends, as entities may still
     * write.
     */
    @Override
    public String url() {
      return "jdbc:h2:%s:%s;WRITE_DELAY=0;FILE_LOCK=NO;DB_CLOSE_ON_EXIT=FALSE"
          .formatted(SyncedPath.SCHEME, file());
    }

    /** The database's file, without its ending. */
    Path file() {
      return folder.toAbsolutePath().normalize().resolve("journal");
    }

    @Override
    public String user() {
      return "weft";
    }

    @Override
    public String password() {
      return "";
    }

    @Override
    public Dialect dialect() {
      return Dialect.H2;
    }
  }

  /**
   * A PostgreSQL database, for all nodes of a cluster. A commit is durable as the server's {@code
   * fsync} and {@code synchronous_commit} say; both are on unless somebody turned them off.
   */
  record Server(
      String url, String user, String password, int connections, Duration connectionTimeout)
      implements JournalSettings {

    private static final String PREFIX = "jdbc:postgresql:";

    public Server {
      requireBounds(connections, connectionTimeout);
      if (!url.startsWith(PREFIX)) {
        throw new JournalException(
            JournalException.Code.SETTINGS,
            "journal url: '%s' (expected: %s//HOST:PORT/DATABASE)".formatted(url, PREFIX));
      }
    }

    @Override
    public Dialect dialect() {
      return Dialect.POSTGRESQL;
    }

    /** Without the password, which is in no log. */
    @Override
    public String toString() {
      return "Server[url=%s, user=%s]".formatted(url, user);
    }
  }

  /** As JDBC knows the database. */
  String url();

  String user();

  String password();

  int connections();

  Duration connectionTimeout();

  /** Which SQL the database speaks. */
  Dialect dialect();

  /** Reads {@value #PATH}. */
  static JournalSettings from(Config config) {
    var journal = config.getConfig(PATH);
    var timeout = journal.getDuration("connection-timeout");
    var kind = journal.getString("kind");
    return switch (kind) {
      case "embedded" -> new Embedded(Path.of(journal.getString("folder")), timeout);
      case "server" ->
          new Server(
              journal.getString("url"),
              journal.getString("user"),
              journal.getString("password"),
              journal.getInt("connections"),
              timeout);
      default ->
          throw new JournalException(
              JournalException.Code.SETTINGS,
              "%s.kind: '%s' (expected: embedded or server)".formatted(PATH, kind));
    };
  }

  /**
   * What to lay over the configuration of an actor system, so that its entities use this journal.
   *
   * @param config where {@value #PATH} and its defaults are
   */
  default Config overlay(Config config) {
    var database = "akka-persistence-jdbc.shared-databases.weft.";
    Map<String, Object> settings = new HashMap<>();
    settings.put(database + "profile", dialect().slickProfile());
    settings.put(database + "db.driver", dialect().driver());
    settings.put(database + "db.url", url());
    settings.put(database + "db.user", user());
    settings.put(database + "db.password", password());
    settings.put(database + "db.numThreads", connections());
    settings.put(database + "db.maxConnections", connections());
    settings.put(database + "db.connectionTimeout", connectionTimeout().toMillis());
    return ConfigFactory.parseMap(settings, "the journal's settings")
        .withFallback(config.getConfig(PATH + ".akka-settings"));
  }

  private static void requireBounds(int connections, Duration connectionTimeout) {
    if (connections < 1) {
      throw new JournalException(
          JournalException.Code.SETTINGS,
          "connections: %d (expected: >= 1)".formatted(connections));
    }
    if (!connectionTimeout.isPositive()) {
      throw new JournalException(
          JournalException.Code.SETTINGS,
          "connection-timeout: %s (expected: > 0)".formatted(connectionTimeout));
    }
  }
}
