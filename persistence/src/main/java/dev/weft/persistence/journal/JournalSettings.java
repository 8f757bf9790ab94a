package dev.weft.persistence.journal;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

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

    /** Empty, unless the folder was ever served: see {@link JournalServer}. */
    @Override
    public String password() {
      return JournalPassword.of(folder);
    }

    @Override
    public Dialect dialect() {
      return Dialect.H2;
    }
  }

  /**
   * A database for all nodes of a site. In PostgreSQL a commit is durable as the server's {@code
   * fsync} and {@code synchronous_commit} say; both are on unless somebody turned them off. For
   * nodes on one machine it may be an embedded one that a {@link JournalServer} serves there.
   */
  record Server(
      String url, String user, String password, int connections, Duration connectionTimeout)
      implements JournalSettings {

    private static final String POSTGRESQL = "jdbc:postgresql:";
    private static final Pattern SERVED =
        Pattern.compile(
            "jdbc:h2:tcp://(127\\.0\\.0\\.1|localhost):\\d{1,5}/" + JournalServer.DATABASE);

    public Server {
      requireBounds(connections, connectionTimeout);
      if (!url.startsWith(POSTGRESQL) && !SERVED.matcher(url).matches()) {
        throw new JournalException(
            JournalException.Code.SETTINGS,
            "journal url: '%s' (expected: %s//HOST:PORT/DATABASE, or on one machine "
                    .formatted(url, POSTGRESQL)
                + "jdbc:h2:tcp://127.0.0.1:PORT/%s)".formatted(JournalServer.DATABASE));
      }
    }

    @Override
    public Dialect dialect() {
      return url.startsWith(POSTGRESQL) ? Dialect.POSTGRESQL : Dialect.H2;
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
              password(journal.getString("password"), journal.getString("password-file")),
              journal.getInt("connections"),
              timeout);
      default ->
          throw new JournalException(
              JournalException.Code.SETTINGS,
              "%s.kind: '%s' (expected: embedded or server)".formatted(PATH, kind));
    };
  }

  private static String password(String password, String file) {
    if (file.isEmpty()) {
      return password;
    }
    if (!password.isEmpty()) {
      throw new JournalException(
          JournalException.Code.SETTINGS,
          "%s: password and password-file (expected: one of them)".formatted(PATH));
    }
    return JournalPassword.read(Path.of(file));
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
